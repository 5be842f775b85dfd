package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;

/// The unfinished tasks of a loop, in the order in which they were created.
///
/// The loop holds its tasks strongly; asyncio's weak references let a running task vanish as
/// garbage. Tasks are linked through fields of their own: joining and leaving costs no more
/// than that.
final class TaskList {
    private @Nullable Task<?> first;
    private @Nullable Task<?> last;
    private int size;

    void add(Task<?> task) {
        task.previous = last;
        if (last == null) {
            first = task;
        } else {
            last.next = task;
        }
        last = task;
        size++;
    }

    void remove(Task<?> task) {
        if (task.previous == null) {
            first = task.next;
        } else {
            task.previous.next = task.next;
        }
        if (task.next == null) {
            last = task.previous;
        } else {
            task.next.previous = task.previous;
        }
        task.previous = null;
        task.next = null;
        size--;
    }

    int size() {
        return size;
    }

    List<Task<?>> toList() {
        List<Task<?>> tasks = new ArrayList<>(size);
        for (Task<?> task = first; task != null; task = task.next) {
            tasks.add(task);
        }
        return tasks;
    }
}
