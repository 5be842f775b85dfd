package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Random;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HttpDateTest {
    private static final Instant NOW = Instant.parse("2026-03-04T05:06:07Z");

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Sun, 06 Nov 1994 08:49:37 GMT",
                "Sunday, 06-Nov-94 08:49:37 GMT",
                "Sun Nov  6 08:49:37 1994"
            })
    void readsTheFormsOfTheRfc(String text) {
        assertThat(HttpDate.parse(text, NOW)).isEqualTo("1994-11-06T08:49:37Z");
    }

    /// RFC 9110 section 5.6.7: more than 50 years in the future is the past.
    @ParameterizedTest
    @CsvSource({
        "2026-03-04T05:06:07Z, 76-Mar-04, 04-Mar-76 05:06:07, 2076-03-04T05:06:07Z",
        "2026-03-04T05:06:07Z, a second more, 04-Mar-76 05:06:08, 1976-03-04T05:06:08Z",
        "2026-03-04T05:06:07Z, this year, 01-Jan-26 00:00:00, 2026-01-01T00:00:00Z",
        "2026-03-04T05:06:07Z, just gone, 31-Dec-25 23:59:59, 2025-12-31T23:59:59Z",
        "2026-03-04T05:06:07Z, long gone, 01-Jan-77 00:00:00, 1977-01-01T00:00:00Z",
        "2099-06-01T00:00:00Z, next century, 01-Jan-05 00:00:00, 2105-01-01T00:00:00Z",
        "2099-06-01T00:00:00Z, this century, 01-Jan-50 00:00:00, 2050-01-01T00:00:00Z"
    })
    void takesTwoDigitsForTheYearThatIsNear(Instant now, String why, String date, String expected) {
        assertThat(HttpDate.parse("Monday, " + date + " GMT", now)).as(why).isEqualTo(expected);
    }

    @Test
    void readsALeapSecondAsTheNextOne() {
        assertThat(HttpDate.parse("Sat, 31 Dec 2016 23:59:60 GMT", NOW))
                .isEqualTo("2017-01-01T00:00:00Z");
    }

    @Test
    void believesTheDateRatherThanTheWeekday() {
        assertThat(HttpDate.parse("Mon, 06 Nov 1994 08:49:37 GMT", NOW))
                .isEqualTo("1994-11-06T08:49:37Z");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "now",
                "Sun, 6 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 08:49:37",
                "Sun, 06 Nov 1994 08:49:37 UTC",
                "Sun, 06 Nov 1994 08:49:37 +0000",
                "Sun, 06 Nov 94 08:49:37 GMT",
                "Sun, 31 Nov 1994 08:49:37 GMT",
                "Sun, 00 Nov 1994 08:49:37 GMT",
                "Sun, 06 Nov 1994 24:00:00 GMT",
                "Sun, 06 Nov 1994 08:60:00 GMT",
                "Sun, 06 Nov 1994 08:49:61 GMT",
                "Sun, 06 Foo 1994 08:49:37 GMT",
                "Son, 06 Nov 1994 08:49:37 GMT",
                "Sun, 06-Nov-94 08:49:37 GMT",
                "Sunday, 06-Nov-1994 08:49:37 GMT",
                "Sun Nov 6 08:49:37 1994",
                "Sun Nov  6 08:49:37 1994 GMT",
                "1994-11-06T08:49:37Z",
                "Sun, 0\u0666 Nov 1994 08:49:37 GMT"
            })
    void readsNothingElse(String text) {
        assertThat(HttpDate.parse(text, NOW)).isNull();
    }

    @Test
    void readsWhatTheJdkWrites() {
        Random random = new Random(1);

        for (int i = 0; i < 1000; i++) {
            Instant date =
                    Instant.ofEpochSecond(random.nextLong(-60_000_000_000L, 250_000_000_000L));
            String text = DateTimeFormatter.ofPattern("EEE, dd MMM uuuu HH:mm:ss 'GMT'")
                    .withLocale(Locale.ENGLISH)
                    .format(date.atOffset(ZoneOffset.UTC));
            assertThat(HttpDate.parse(text, NOW)).as(text).isEqualTo(date);
        }
    }
}
