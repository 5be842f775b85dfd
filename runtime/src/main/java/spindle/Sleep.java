package spindle;

import org.jspecify.annotations.Nullable;

import java.time.Duration;

/// The coroutine of `Async.sleep`.
///
/// Written for programs in which a million tasks sleep: a class of its own leaves less on each
/// sleeper's stack than a lambda, and the future that it awaits is itself what the timer calls
/// (`benchmarks/run moves` shows what a sleeper takes).
///
/// Next: [BlockingCall].
record Sleep(Duration duration) implements Coroutine<@Nullable Void> {
    @Override
    public @Nullable Void run() throws Exception {
        Task<?> task = EventLoop.callingTask("sleep");
        if (!duration.isPositive()) {
            task.yieldNow();
            return null;
        }
        Alarm alarm = new Alarm(task.loop);
        TimerHandle timer = task.loop.callLater(duration, alarm);
        try {
            return task.await(alarm);
        } finally {
            timer.cancel();
        }
    }

    /// Returns the call that made it, such as `sleep(PT1.5S)`.
    @Override
    public String toString() {
        return "sleep(" + duration + ")";
    }
}
