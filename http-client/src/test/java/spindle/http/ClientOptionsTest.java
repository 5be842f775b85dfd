package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;

@Timeout(10)
class ClientOptionsTest {
    private final ClientOptions defaults = ClientOptions.defaults();

    @Test
    void hasTheDefaultsThatItsDocumentationNames() {
        assertThat(defaults)
                .isEqualTo(new ClientOptions(
                        Duration.ofMinutes(5),
                        100,
                        Duration.ofSeconds(15),
                        256 * 1024 * 1024,
                        "spindle/0.1"));
    }

    @Test
    void eachWithChangesOneOption() {
        ClientOptions changed = defaults.withTotalTimeout(Duration.ofSeconds(1))
                .withLimit(0)
                .withKeepAliveTimeout(Duration.ofSeconds(2))
                .withMaxBodyBytes(0)
                .withUserAgent("me");

        assertThat(changed)
                .isEqualTo(new ClientOptions(
                        Duration.ofSeconds(1), 0, Duration.ofSeconds(2), 0, "me"));
    }

    @Test
    void refusesWhatMakesNoSenseAndQuotesIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withTotalTimeout(Duration.ZERO))
                .withMessage("totalTimeout must be positive, was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withKeepAliveTimeout(Duration.ofMillis(-1)))
                .withMessage("keepAliveTimeout must be positive, was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withLimit(-1))
                .withMessage("limit must be at least 0 (0 means none), was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withMaxBodyBytes(-1))
                .withMessage("maxBodyBytes must be at least 0, was -1");
    }

    @Test
    void refusesAUserAgentThatCannotBeSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withUserAgent("me\r\nX-Other: y"));
    }
}
