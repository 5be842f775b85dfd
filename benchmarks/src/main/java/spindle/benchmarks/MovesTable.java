package spindle.benchmarks;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The table of `benchmarks/run moves`: a line for each figure, a pair of columns for each other
/// program.
final class MovesTable {
    private final Map<Figure, Measured> figures;
    private final List<OtherProgram> others;

    MovesTable(Map<Figure, Measured> figures, List<OtherProgram> others) {
        this.figures = figures;
        this.others = others;
    }

    /// Returns the table's lines, and under them what needs a word.
    List<String> lines() {
        List<String> lines = new ArrayList<>(grid());
        if (!others.isEmpty()) {
            lines.add("");
            for (int i = 0; i < others.size(); i++) {
                lines.add("[" + (i + 1) + "] " + others.get(i).command());
            }
            lines.add("times: what it takes there, divided by what it takes here. The memory of a"
                    + " task there is what the other program says it is.");
        }
        return lines;
    }

    private List<String> grid() {
        List<List<String>> rows = new ArrayList<>();
        rows.add(headings());
        for (Figure figure : Figure.values()) {
            rows.add(cells(figure));
        }
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int column = 0; column < widths.length; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        return rows.stream().map(row -> aligned(row, widths)).toList();
    }

    private List<String> headings() {
        List<String> headings = new ArrayList<>(List.of("move", "here", "target", "allocates"));
        for (int i = 0; i < others.size(); i++) {
            headings.add("[" + (i + 1) + "]");
            headings.add("times");
        }
        return headings;
    }

    private List<String> cells(Figure figure) {
        Measured measured = figures.get(figure);
        double here = measured == null ? Double.NaN : measured.value();
        List<String> cells = new ArrayList<>();
        cells.add(figure.title);
        cells.add(measured == null ? "-" : quantity(here, figure.unit));
        cells.add(Double.isNaN(figure.target) ? "" : "<= " + quantity(figure.target, figure.unit));
        cells.add(
                measured == null || Double.isNaN(measured.allocated())
                        ? ""
                        : quantity(measured.allocated(), "B"));
        for (OtherProgram other : others) {
            Double there = other.figures().get(figure.nameElsewhere);
            cells.add(there == null ? "" : quantity(there, figure.unit));
            cells.add(times(there, here));
        }
        return cells;
    }

    /// Returns a value with three digits or more; what has no unit is a whole number.
    private static String quantity(double value, String unit) {
        String digits = value < 100 && !unit.isEmpty() ? "%.1f" : "%.0f";
        return (String.format(Locale.ROOT, digits, value) + " " + unit).strip();
    }

    private static String times(@Nullable Double there, double here) {
        return there != null && here > 0 ? String.format(Locale.ROOT, "%.1f", there / here) : "";
    }

    /// Aligns the first column to the left and figures to the right.
    private static String aligned(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int column = 0; column < widths.length; column++) {
            String cell = row.get(column);
            String padding = " ".repeat(widths[column] - cell.length());
            line.append(column == 0 ? cell + padding : "  " + padding + cell);
        }
        return line.toString().stripTrailing();
    }
}
