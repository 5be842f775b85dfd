package spindle.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/// How long round trips took in one window of time.
///
/// @param p50 the median, in microseconds
/// @param p99 what one in a hundred exceeds, in microseconds
/// @param count how many there were
record Latency(double p50, double p99, long count) {
    /// @param nanos what each took; it is sorted
    static Latency of(long[] nanos) {
        if (nanos.length == 0) {
            throw new IllegalArgumentException("expected round trips but there were none");
        }
        Arrays.sort(nanos);
        return new Latency(
                nanos[nanos.length / 2] / 1e3,
                nanos[(int) (nanos.length * 0.99)] / 1e3,
                nanos.length);
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
                Long.parseLong(words[2]));
    }

    String print() {
        return p50 + " " + p99 + " " + count;
    }

    /// Returns a form such as `812 µs, 1.9 ms`.
    @Override
    public String toString() {
        return time(p50) + ", " + time(p99);
    }

    private static String time(double micros) {
        return micros < 1000
                ? String.format(Locale.ROOT, "%.0f µs", micros)
                : String.format(Locale.ROOT, "%.1f ms", micros / 1000);
    }
}
