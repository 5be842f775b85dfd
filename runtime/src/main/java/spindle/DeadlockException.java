package spindle;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// Says that nothing can ever run again in a loop: no callback is ready, no timer is set, no
/// channel is watched, no other thread works for it, and yet its tasks wait. The message lists
/// them, each with what it awaits.
///
/// Only a loop that was told to detect deadlocks throws it, since one cannot know whether
/// another thread means to call.
///
/// Next: [Observers].
public final class DeadlockException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    private static final int MOST_TASKS = 50;

    DeadlockException(List<Task<?>> tasks) {
        super("nothing can ever run again: " + describe(tasks));
    }

    private static String describe(List<Task<?>> tasks) {
        List<String> lines = new ArrayList<>();
        tasks.stream().limit(MOST_TASKS).map(DeadlockException::describe).forEach(lines::add);
        if (tasks.size() > MOST_TASKS) {
            lines.add((tasks.size() - MOST_TASKS) + " more");
        }
        return (tasks.size() == 1 ? "1 task waits" : tasks.size() + " tasks wait")
                + ", no timer is set and no channel is watched\n    "
                + String.join("\n    ", lines);
    }

    private static String describe(Task<?> task) {
        return task + (waitsForItself(task) ? " waits, in the end, for itself" : "");
    }

    private static boolean waitsForItself(Task<?> task) {
        Set<Task<?>> seen = new HashSet<>();
        Task<?> next = task;
        while (next.waitingFor() instanceof Task<?> awaited && seen.add(awaited)) {
            if (awaited == task) {
                return true;
            }
            next = awaited;
        }
        return false;
    }
}
