package spindle.demos;

import org.jspecify.annotations.Nullable;

import java.util.List;

/// What came of a race.
///
/// @param delayMillis how long the server took over an answer
/// @param requests how many each strategy was to make
record RaceResult(long delayMillis, int requests, List<Row> rows) {

    /// What came of one strategy. The fields are those of the program's JSON.
    ///
    /// @param requests how many it attempted
    record Row(
            String strategy,
            int threads,
            int requests,
            int completed,
            int failed,
            double elapsedMillis) {

        static Row of(Strategy strategy, RaceLap lap) {
            return new Row(
                    strategy.title(),
                    lap.mostThreads(),
                    lap.ended(),
                    lap.completed(),
                    lap.failed(),
                    Durations.millis(lap.elapsedNanos()));
        }

        double millisPerRequest() {
            return elapsedMillis / completed;
        }
    }

    /// Returns the row that the others are measured by, or null if it is missing or void.
    @Nullable
    Row serial() {
        for (Row row : rows) {
            if (row.strategy().equals("serial") && row.completed() > 0) {
                return row;
            }
        }
        return null;
    }

    boolean hasFailures() {
        return rows.stream().anyMatch(row -> row.failed() > 0);
    }
}
