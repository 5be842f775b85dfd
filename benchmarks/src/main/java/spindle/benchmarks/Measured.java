package spindle.benchmarks;

import java.util.Comparator;
import java.util.List;

/// What one figure came to.
///
/// @param value in the figure's unit
/// @param allocated the bytes that one such move allocates; not a number if that was not asked
record Measured(double value, double allocated) {
    static Measured of(double value) {
        return new Measured(value, Double.NaN);
    }

    /// Returns the median of several rounds, by value: the one that neither a compilation nor a
    /// busy machine has had its way with.
    static Measured medianOf(List<Measured> rounds) {
        List<Measured> sorted = rounds.stream()
                .sorted(Comparator.comparingDouble(Measured::value))
                .toList();
        return sorted.get(sorted.size() / 2);
    }
}
