package spindle.demos;

import org.jspecify.annotations.Nullable;

import java.io.PrintWriter;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/// Says how a race goes on: a line for each strategy, which on a terminal counts while it runs.
final class RaceProgress implements AutoCloseable {
    private static final long TICK_MILLIS = 100;

    // fixed at construction
    private final PrintWriter err;

    /// Draws the line, off the strategies' threads; null where lines cannot be written over. It is
    /// there before a strategy's threads are counted, and so is not one of them.
    private final @Nullable Thread drawing;

    /// Held while a line is drawn, so that none is drawn over the one that says how it ended.
    private final Lock lock = new ReentrantLock();

    // changes while running
    private @Nullable Line current;

    /// @param live whether `err` is a terminal
    RaceProgress(PrintWriter err, boolean live) {
        this.err = err;
        this.drawing =
                live ? Thread.ofPlatform().daemon().name("race-progress").start(this::draw) : null;
    }

    private void draw() {
        try {
            while (true) {
                drawOnce();
                Thread.sleep(TICK_MILLIS);
            }
        } catch (InterruptedException closed) {
            return;
        }
    }

    private void drawOnce() {
        lock.lock();
        try {
            if (current != null) {
                print(Terminal.CLEAR_LINE + text(current));
            }
        } finally {
            lock.unlock();
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
        lock.lock();
        try {
            current = new Line(strategy.title(), attempts, lap);
        } finally {
            lock.unlock();
        }
    }

    void ended() {
        lock.lock();
        try {
            if (current != null) {
                String start = drawing == null ? "" : Terminal.CLEAR_LINE;
                print(start + text(current) + ending(current.lap()) + System.lineSeparator());
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }

    private static String ending(RaceLap lap) {
        String time = Durations.measured(Durations.millis(lap.elapsedNanos()));
        return " in " + time + (lap.failed() == 0 ? "" : ", " + lap.failed() + " failed");
    }

    @Override
    public void close() {
        if (drawing != null) {
            drawing.interrupt();
        }
    }

    /// The row that is running.
    private record Line(String title, int attempts, RaceLap lap) {}
}
