package spindle.testing;

import java.util.Random;

/// How much of what has arrived one read of a [SimulatedNetwork] brings. Programs must not depend
/// on it: a stream of bytes has no seams.
public enum ReadSizes {
    /// All that has arrived and fits.
    WHOLE,

    /// A part that the seed chooses: one byte, all, or something between, each often.
    RANDOM,

    /// One byte.
    SINGLE_BYTES;

    /// Returns how much one read brings of `available` bytes, which are at least 1.
    int choose(int available, Random random) {
        return switch (this) {
            case WHOLE -> available;
            case SINGLE_BYTES -> 1;
            case RANDOM ->
                switch (random.nextInt(4)) {
                    case 0 -> 1;
                    case 1 -> available;
                    default -> 1 + random.nextInt(available);
                };
        };
    }
}
