package spindle.demos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Writes a race's result for people: a line for each strategy, and under them what needs a word.
final class RaceTable {
    private static final List<String> HEADINGS =
            List.of("strategy", "threads", "requests", "time", "times faster", "the article");

    /// Which columns hold words, and so start at the left.
    private static final List<Boolean> WORDS = List.of(true, false, false, false, false, true);

    private final RaceResult result;
    private final Map<String, String> articleFigures;
    private final Map<String, String> firstFailures;

    /// @param articleFigures the article's own, by strategy
    /// @param firstFailures why a request failed, by strategy; nothing for those without failures
    RaceTable(
            RaceResult result,
            Map<String, String> articleFigures,
            Map<String, String> firstFailures) {
        this.result = result;
        this.articleFigures = articleFigures;
        this.firstFailures = firstFailures;
    }

    /// Returns the table's lines.
    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(result.requests() + " requests to a server that takes "
                + Durations.exact(Duration.ofMillis(result.delayMillis())) + " for each:");
        lines.add("");
        lines.addAll(grid());
        lines.addAll(notes());
        return lines;
    }

    // --- The grid ---

    private List<String> grid() {
        List<List<String>> cells = new ArrayList<>();
        cells.add(HEADINGS);
        result.rows().forEach(row -> cells.add(cells(row)));
        int[] widths = new int[HEADINGS.size()];
        for (List<String> line : cells) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], line.get(column).length());
            }
        }
        return cells.stream().map(line -> aligned(line, widths)).toList();
    }

    private List<String> cells(RaceResult.Row row) {
        return List.of(
                row.strategy(),
                String.valueOf(row.threads()),
                requests(row),
                Durations.measured(row.elapsedMillis()),
                timesFaster(row),
                articleFigures.getOrDefault(row.strategy(), Strategy.NO_FIGURE));
    }

    /// How many were made, and of how many if not all were.
    private String requests(RaceResult.Row row) {
        return row.completed() == result.requests()
                ? String.valueOf(row.completed())
                : row.completed() + " of " + result.requests();
    }

    /// Compares the time per request with serial's.
    private String timesFaster(RaceResult.Row row) {
        RaceResult.Row serial = result.serial();
        if (serial == null || row.completed() == 0) {
            return "-";
        }
        double times = serial.millisPerRequest() / row.millisPerRequest();
        boolean extrapolated = row != serial && (isShort(serial) || isShort(row));
        String mark = extrapolated ? "~" : "";
        return mark + String.format(Locale.ROOT, times < 9.95 ? "%.1f" : "%.0f", times);
    }

    private boolean isShort(RaceResult.Row row) {
        return row.completed() < result.requests();
    }

    private static String aligned(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String padding = " ".repeat(widths[column] - cells.get(column).length());
            line.append(column == 0 ? "" : "  ");
            line.append(
                    WORDS.get(column) ? cells.get(column) + padding : padding + cells.get(column));
        }
        return line.toString().stripTrailing();
    }

    // --- The notes ---

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        notes.add("");
        firstFailures.forEach(
                (strategy, reason) -> notes.add(strategy + " had failures, the first: " + reason));
        if (result.serial() != null) {
            notes.add("times faster: than serial, by the time per request."
                    + (result.rows().stream().anyMatch(this::isShort)
                            ? " ~ where not all requests were made."
                            : ""));
        }
        notes.add("threads: the most at one time, measured, with the main thread or the loop.");
        notes.add("the article: 100 requests of 3 s in Python; 48 s with 8 processes.");
        return notes;
    }
}
