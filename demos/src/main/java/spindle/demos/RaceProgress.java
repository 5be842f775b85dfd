package spindle.demos;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;

/// Says how a race goes on: a line for each strategy, which on a terminal counts while it runs.
final class RaceProgress implements AutoCloseable {
    private static final long TICK_MILLIS = 100;

    // fixed at construction
    private final PrintWriter err;

    /// Draws the line, off the strategies' threads; null where lines cannot be written over. It is
    /// there before a strategy's threads are counted, and so is not one of them.
    private final @Nullable Thread drawing;

    // changes while running
    private volatile @Nullable Line current;

    private record Line(String title, int attempts, RaceLap lap) {}

    /// @param live whether `err` is a terminal
    RaceProgress(PrintWriter err, boolean live) {
        this.err = err;
        this.drawing =
                live ? Thread.ofPlatform().daemon().name("race-progress").start(this::draw) : null;
    }

    private void draw() {
        try {
            while (true) {
                Line line = current;
                if (line != null) {
                    print(Terminal.CLEAR_LINE + text(line));
                }
                Thread.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException closed) {
            return;
        }
    }

    private void print(String text) {
        err.print(text);
        err.flush();
    }

    private static String text(Line line) {
        return String.format("%-22s %d of %d", line.title(), line.lap().ended(), line.attempts());
    }

    void started(Strategy strategy, int attempts, RaceLap lap) {
        current = new Line(strategy.title(), attempts, lap);
    }

    void ended() {
        Line line = current;
        current = null;
        if (line != null) {
            String time = Durations.measured(Durations.millis(line.lap().elapsedNanos()));
            String start = drawing == null ? "" : Terminal.CLEAR_LINE;
            print(start + text(line) + " in " + time + System.lineSeparator());
        }
    }

    @Override
    public void close() {
        if (drawing != null) {
            drawing.interrupt();
        }
    }
}
