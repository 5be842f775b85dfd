package spindle.demos;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Durations as people write them, `300ms`, `3s`, `1m`, and as they like to read them, `335 ms`.
final class Durations implements ITypeConverter<Duration> {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})(ms|s|m)");
    private static final Duration LONGEST = Duration.ofDays(1);

    @Override
    public Duration convert(String text) {
        Matcher matcher = FORM.matcher(text);
        if (!matcher.matches()) {
            throw new TypeConversionException(
                    "expected a duration such as 300ms, 3s or 1m but found \"" + text + "\"");
        }
        long amount = Long.parseLong(matcher.group(1));
        Duration duration = switch (matcher.group(2)) {
            case "ms" -> Duration.ofMillis(amount);
            case "s" -> Duration.ofSeconds(amount);
            default -> Duration.ofMinutes(amount);
        };
        if (duration.compareTo(LONGEST) > 0) {
            throw new TypeConversionException(
                    "expected a day (1440m) at the most but found \"" + text + "\"");
        }
        return duration;
    }

    /// Writes a duration that was asked for, without its rounding: `300 ms`, `3 s`.
    static String exact(Duration asked) {
        return asked.toMillisPart() == 0 ? asked.toSeconds() + " s" : asked.toMillis() + " ms";
    }

    /// Writes a duration that was measured, to three or four digits: `335 ms`, `3.94 s`, `305 s`.
    static String measured(double millis) {
        if (millis < 10) {
            return String.format(Locale.ROOT, "%.1f ms", millis);
        }
        if (millis < 999.5) {
            return String.format(Locale.ROOT, "%.0f ms", millis);
        }
        return String.format(Locale.ROOT, millis < 99_995 ? "%.2f s" : "%.0f s", millis / 1000);
    }

    /// Returns nanoseconds as milliseconds with one decimal, as the programs' JSON has them.
    static double millis(long nanos) {
        return Math.round(nanos / 1e5) / 10.0;
    }
}
