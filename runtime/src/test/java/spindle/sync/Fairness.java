package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.currentTask;

import spindle.Coroutine;
import spindle.Task;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/// Notices when somebody is served before one who came earlier and has not been cancelled.
final class Fairness {
    private final boolean watches;
    private final List<Arrival> waiting = new ArrayList<>();

    /// @param watches false where tasks that were woken in their order may run in another one
    Fairness(boolean watches) {
        this.watches = watches;
    }

    /// Awaits what has to be waited for in line.
    <T> T await(Coroutine<T> coroutine) throws Exception {
        return await(coroutine, () -> false);
    }

    /// Awaits what has to be waited for in line, or until it is known that it will fail.
    <T> T await(Coroutine<T> coroutine, BooleanSupplier willFail) throws Exception {
        Arrival arrival = new Arrival(currentTask(), willFail);
        waiting.add(arrival);
        try {
            T result = spindle.Async.await(coroutine);
            checkFirst(arrival);
            return result;
        } finally {
            waiting.removeIf(other -> other == arrival);
        }
    }

    /// Says that the caller was served without waiting.
    void servedAtOnce() {
        checkFirst(null);
    }

    private void checkFirst(Arrival served) {
        for (Arrival earlier : waiting) {
            if (earlier == served) {
                return;
            }
            assertThat(earlier.isGone() || !watches)
                    .as("%s was overtaken by %s", earlier.task, currentTask())
                    .isTrue();
        }
    }

    /// Made for each wait: a task may come again.
    private static final class Arrival {
        private final Task<?> task;
        private final BooleanSupplier willFail;

        Arrival(Task<?> task, BooleanSupplier willFail) {
            this.task = task;
            this.willFail = willFail;
        }

        boolean isGone() {
            return task.cancelling() > 0 || willFail.getAsBoolean();
        }
    }
}
