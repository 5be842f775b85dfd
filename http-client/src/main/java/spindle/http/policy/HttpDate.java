package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads the dates of header fields, in the three forms that there are (RFC 9110 section 5.6.7):
///
/// ```
/// Sun, 06 Nov 1994 08:49:37 GMT    // IMF-fixdate, the one that is sent today
/// Sunday, 06-Nov-94 08:49:37 GMT   // RFC 850
/// Sun Nov  6 08:49:37 1994         // asctime
/// ```
///
/// The weekday must be one, and may be the wrong one: the date says which it is.
final class HttpDate {
    private static final String TIME = "(?<hour>\\d\\d):(?<minute>\\d\\d):(?<second>\\d\\d)";
    private static final String MONTH = "(?<month>Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)";
    private static final String WEEKDAY = "(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)";
    private static final String LONG_WEEKDAY =
            "(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)";

    private static final Pattern FIXDATE = Pattern.compile(
            WEEKDAY + ", (?<day>\\d\\d) " + MONTH + " (?<year>\\d{4}) " + TIME + " GMT");
    private static final Pattern RFC_850 = Pattern.compile(
            LONG_WEEKDAY + ", (?<day>\\d\\d)-" + MONTH + "-(?<year>\\d\\d) " + TIME + " GMT");
    private static final Pattern ASCTIME = Pattern.compile(
            WEEKDAY + " " + MONTH + " (?<day>[ \\d]\\d) " + TIME + " (?<year>\\d{4})");

    private HttpDate() {}

    /// Returns the instant, or null if that is no date.
    ///
    /// @param now tells the century of a year with two digits
    static @Nullable Instant parse(String text, Instant now) {
        try {
            Matcher fixdate = FIXDATE.matcher(text);
            if (fixdate.matches()) {
                return instant(fixdate, number(fixdate, "year"));
            }
            Matcher asctime = ASCTIME.matcher(text);
            if (asctime.matches()) {
                return instant(asctime, number(asctime, "year"));
            }
            Matcher rfc850 = RFC_850.matcher(text);
            return rfc850.matches() ? instantWithoutCentury(rfc850, now) : null;
        } catch (DateTimeException noSuchDay) {
            return null;
        }
    }

    /// What seems to be more than 50 years in the future is the most recent year in the past with
    /// the same digits (RFC 9110 section 5.6.7).
    private static Instant instantWithoutCentury(Matcher date, Instant now) {
        LocalDateTime today = LocalDateTime.ofInstant(now, ZoneOffset.UTC);
        int year = today.getYear() - today.getYear() % 100 + number(date, "year");
        if (year < today.getYear() - 49) {
            year += 100; // Nearer in the century to come.
        }
        Instant future = today.plusYears(50).toInstant(ZoneOffset.UTC);
        Instant found = instant(date, year);
        return found.isAfter(future) ? instant(date, year - 100) : found;
    }

    private static Instant instant(Matcher date, int year) {
        int second = number(date, "second");
        boolean leaps = second == 60; // 23:59:60 is a time; the JDK's clocks have none.
        return LocalDateTime.of(
                        year,
                        MONTH.indexOf(date.group("month")) / 4 - 1,
                        number(date, "day"),
                        number(date, "hour"),
                        number(date, "minute"),
                        leaps ? 59 : second)
                .plusSeconds(leaps ? 1 : 0)
                .toInstant(ZoneOffset.UTC);
    }

    private static int number(Matcher date, String group) {
        return Integer.parseInt(date.group(group).strip());
    }
}
