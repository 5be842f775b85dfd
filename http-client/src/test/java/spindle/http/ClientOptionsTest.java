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
        assertThat(defaults.timeout().total()).isEqualTo(Duration.ofMinutes(5));
        assertThat(defaults.timeout().connect()).isEqualTo(Duration.ofSeconds(30));
        assertThat(defaults.pool())
                .isEqualTo(new PoolOptions(100, 0, 1000, Duration.ofSeconds(15)));
        assertThat(defaults.limits().maxBodyBytes()).isEqualTo(256 * 1024 * 1024);
        assertThat(defaults.userAgent()).isEqualTo("spindle/0.1");
        assertThat(defaults.maxRedirects()).isEqualTo(10);
        assertThat(defaults.headers().size()).isZero();
    }

    @Test
    void eachWithChangesOneOption() {
        ClientOptions changed = defaults.withTotalTimeout(Duration.ofSeconds(1))
                .withLimit(0)
                .withLimitPerHost(3)
                .withKeepAliveTimeout(Duration.ofSeconds(2))
                .withMaxBodyBytes(0)
                .withUserAgent("me");

        assertThat(changed.timeout())
                .isEqualTo(ClientTimeout.defaults().withTotal(Duration.ofSeconds(1)));
        assertThat(changed.pool()).isEqualTo(new PoolOptions(0, 3, 1000, Duration.ofSeconds(2)));
        assertThat(changed.limits()).isEqualTo(ResponseLimits.defaults().withMaxBodyBytes(0));
        assertThat(changed.userAgent()).isEqualTo("me");
        assertThat(defaults.userAgent()).isEqualTo("spindle/0.1");
    }

    @Test
    void refusesWhatMakesNoSenseAndQuotesIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withTotalTimeout(Duration.ofSeconds(-1)))
                .withMessage("the timeout total must be positive, or zero for none, was PT-1S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withKeepAliveTimeout(Duration.ofMillis(-1)))
                .withMessage("keepAliveTimeout must be positive, was PT-0.001S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withLimit(-1))
                .withMessage("limit must be at least 0 (0 means none), was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withMaxBodyBytes(-1))
                .withMessage("maxBodyBytes must be at least 0, was -1");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withMaxRedirects(-1))
                .withMessage("maxRedirects must be at least 0, was -1");
    }

    @Test
    void refusesWhatCannotBeSent() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withUserAgent("me\r\nX-Other: y"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.withHeader("X", "me\r\nX-Other: y"));
    }
}
