package spindle.benchmarks;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// How long round trips took in one window of time.
///
/// @param p50 the median, in microseconds
/// @param p99 what one in a hundred exceeds, in microseconds
/// @param perSecond how many there were
record Latency(double p50, double p99, double perSecond) {
    /// @param nanos what each took; it is sorted
    static Latency of(long[] nanos, double seconds) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("expected round trips but there were none");
        }
        Arrays.sort(nanos);
        return new Latency(
                nanos[nanos.length / 2] / 1e3,
                nanos[(int) (nanos.length * 0.99)] / 1e3,
                nanos.length / seconds);
    }

    /// Reads what [#print()] has written.
    static Latency parse(String line) {
        String[] words = line.split(" ", -1);
        if (words.length != 3) {
            throw new IllegalArgumentException("expected three numbers but found '" + line + "'");
        }
        return new Latency(
                Double.parseDouble(words[0]),
                Double.parseDouble(words[1]),
                Double.parseDouble(words[2]));
    }

    String print() {
        return p50 + " " + p99 + " " + perSecond;
    }

    static Latency medianOf(List<Latency> windows) {
        return windows.stream()
                .sorted(Comparator.comparingDouble(Latency::p50))
                .toList()
                .get(windows.size() / 2);
    }

    /// Returns a form such as `812 µs, 1.9 ms, 118000/s`.
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s, %s, %.0f/s", time(p50), time(p99), perSecond);
    }

    private static String time(double micros) {
        return micros < 1000
                ? String.format(Locale.ROOT, "%.0f µs", micros)
                : String.format(Locale.ROOT, "%.1f ms", micros / 1000);
    }
}
