package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.sleep;

import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/// Tells of each URL as it is done: a line each, and under them, on a terminal, how far it is.
///
/// The bar is drawn by the thread that prints the lines, or they would cut each other short. So
/// what the library's own thread draws is only kept until we draw.
final class FetchReport implements AutoCloseable {
    private static final int BAR_WIDTH = 79;
    private static final int TIMINGS_INDENT = 13;
    private static final Duration REDRAW = Duration.ofMillis(100);

    // fixed at construction
    private final PrintWriter lines;
    private final PrintWriter err;
    private final @Nullable ProgressBar bar;
    private final boolean timings;
    private final long started = System.nanoTime();

    // changes while running
    private volatile String drawing = "";
    private int answered;
    private int failed;

    /// @param lines where the lines go
    /// @param err where the bar goes
    /// @param live whether `err` is a terminal
    /// @param timings whether to tell of each phase
    FetchReport(int urls, PrintWriter lines, PrintWriter err, boolean live, boolean timings) {
        this.lines = lines;
        this.err = err;
        this.bar = live ? newBar(urls) : null;
        this.timings = timings;
    }

    private ProgressBar newBar(int urls) {
        return ProgressBar.builder()
                .setTaskName("fetch")
                .setInitialMax(urls)
                .setStyle(ProgressBarStyle.ASCII)
                .setUpdateIntervalMillis(Integer.MAX_VALUE)
                .setConsumer(new KeptDrawing())
                .build();
    }

    /// Keeps the bar up to date, until the calling task is cancelled. Suspends it in between.
    void keepDrawing() throws Exception {
        while (bar != null) {
            bar.refresh();
            print(Terminal.CLEAR_LINE + drawing);
            await(sleep(REDRAW));
        }
    }

    private void print(String text) {
        err.print(text);
        err.flush();
    }

    void add(FetchResult result) {
        if (result.isFailure()) {
            failed++;
        } else {
            answered++;
        }
        if (bar == null) {
            printLines(result);
        } else {
            bar.step();
            print(Terminal.CLEAR_LINE);
            printLines(result);
            print(drawing);
        }
    }

    private void printLines(FetchResult result) {
        lines.println(lineOf(result));
        if (timings && result.timingsMillis() != null) {
            lines.println(timingsOf(result.timingsMillis()));
        }
    }

    /// Returns the phases that took some time.
    static String timingsOf(Map<String, Double> millis) {
        return " ".repeat(TIMINGS_INDENT)
                + millis.entrySet().stream()
                        .filter(phase -> phase.getValue() > 0)
                        .map(phase -> phase.getKey() + " " + Durations.measured(phase.getValue()))
                        .collect(Collectors.joining(", "));
    }

    static String lineOf(FetchResult result) {
        String url = Terminal.safe(withoutCredentials(result.url()));
        String time = Durations.measured(result.elapsedMillis());
        String error = result.error();
        if (error != null) {
            int kindEnd = error.indexOf(':');
            String kind = error.substring(0, kindEnd);
            return String.format(
                    "%-12s %10s %9s  %s%s", kind, "-", time, url, error.substring(kindEnd));
        }
        String bytes = result.bytes() + " B";
        String file = result.file() == null ? "" : " -> " + result.file();
        return String.format("%-12s %10s %9s  %s%s", result.status(), bytes, time, url, file);
    }

    /// Screens are shown to others, and logs are kept.
    private static String withoutCredentials(String url) {
        return url.replaceFirst("//[^/?#]*@", "//***@");
    }

    /// Takes the bar away, and says how many there were of which sort.
    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            print(Terminal.CLEAR_LINE);
        }
        err.println(answered + " answered, " + failed + " failed, in "
                + Durations.measured(Durations.millis(System.nanoTime() - started)));
    }

    /// Takes what the library draws, for us to show.
    private final class KeptDrawing implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return BAR_WIDTH;
        }

        @Override
        public void accept(String text) {
            drawing = text;
        }

        @Override
        public void close() {}
    }
}
