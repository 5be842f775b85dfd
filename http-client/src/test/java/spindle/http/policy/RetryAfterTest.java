package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.time.Instant;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RetryAfterTest {
    private static final Instant NOW = Instant.parse("1994-11-06T08:49:07.500Z");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "0|PT0S",
                "120|PT2M",
                "' 7 '|PT7S",
                "007|PT7S",
                "999999999|PT277777H46M39S",
                "9999999999|PT596523H14M7S",
                "99999999999999999999999999|PT596523H14M7S",
                "Sun, 06 Nov 1994 08:49:37 GMT|PT29.5S",
                "Sunday, 06-Nov-94 08:49:37 GMT|PT29.5S",
                "Sun Nov  6 08:49:37 1994|PT29.5S",
                "Sun, 06 Nov 1994 08:49:07 GMT|PT0S",
                "Thu, 01 Jan 1970 00:00:00 GMT|PT0S"
            })
    void readsSecondsAndDates(String value, Duration expected) {
        assertThat(RetryAfter.parse(value, NOW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  ", "-1", "+1", "1.5", "1e3", "1 s", "0x10", "soon", "\u0661"})
    void makesNothingOfAnythingElse(String value) {
        assertThat(RetryAfter.parse(value, NOW)).isNull();
    }
}
