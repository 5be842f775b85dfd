package spindle;

import org.jspecify.annotations.Nullable;

/// A future that is done when a time has come, and itself the callback of the timer: a program
/// may have a million that sleep, and one object less for each.
///
/// Next: [Sleep].
final class Alarm extends Future<@Nullable Void> implements Runnable {
    Alarm(Scheduler loop) {
        super(loop);
    }

    /// Called by the timer.
    @Override
    public void run() {
        if (!isDone()) {
            setResult(null);
        }
    }
}
