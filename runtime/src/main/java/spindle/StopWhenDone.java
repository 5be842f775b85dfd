package spindle;

import java.util.function.Consumer;

/// Ends a `runUntilComplete` when its future is done, and that run alone.
///
/// What if the loop was stopped in the very turn in which the future was done? Then this is still
/// in the ready queue when the run is over, and would end the next one after a turn. So whoever
/// runs the loop disarms it.
///
/// Next: [EventLoop].
final class StopWhenDone implements Consumer<Future<?>> {
    private final Runnable stop;
    private boolean armed = true;

    StopWhenDone(Runnable stop) {
        this.stop = stop;
    }

    @Override
    public void accept(Future<?> future) {
        if (armed) {
            stop.run();
        }
    }

    void disarm() {
        armed = false;
    }

    @Override
    public String toString() {
        return "runUntilComplete";
    }
}
