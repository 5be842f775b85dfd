package spindle;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/// What the tasks of a [TaskGroup] failed with, all together.
///
/// The first failure is the cause, the others are suppressed; [#exceptions()] lists them all. A
/// group wraps even a single failure, so that one can tell where it comes from.
///
/// Next: [TaskGroup].
public final class TaskGroupException extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient List<Throwable> exceptions = new ArrayList<>();

    /// Creates the exception of a group in which the first failure has just happened.
    TaskGroupException(Throwable first) {
        super(first);
        exceptions.add(first);
    }

    /// Adds what happened while the group was waiting for its other tasks.
    void add(Throwable another) {
        exceptions.add(another);
        addSuppressed(another);
    }

    /// Returns what the tasks failed with, in the order in which they did.
    public List<Throwable> exceptions() {
        return List.copyOf(exceptions);
    }

    /// Names all failures.
    @Override
    public String getMessage() {
        String all = exceptions.stream().map(Throwable::toString).collect(Collectors.joining("; "));
        return exceptions.size() == 1
                ? "in a task group: " + all
                : exceptions.size() + " failures in a task group: " + all;
    }
}
