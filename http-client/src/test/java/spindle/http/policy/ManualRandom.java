package spindle.http.policy;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/// A source of chance that always comes out at the same share of what is asked for.
final class ManualRandom implements RandomGenerator {
    private final double share;
    private final List<Long> bounds = new ArrayList<>();

    /// @param share from 0, for the least there can be, to 1, for the most
    ManualRandom(double share) {
        this.share = share;
    }

    /// Returns the largest numbers that could have come out, in milliseconds.
    List<Long> mostMillis() {
        return bounds.stream().map(bound -> bound / 1_000_000).toList();
    }

    @Override
    public long nextLong(long bound) {
        bounds.add(bound - 1);
        return Math.min(bound - 1, Math.round((bound - 1) * share));
    }

    @Override
    public long nextLong() {
        throw new UnsupportedOperationException();
    }
}
