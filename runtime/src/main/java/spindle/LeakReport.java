package spindle;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// What a loop that closes says of whatever is still open in it: each task that is pending, and
/// in one report for each kind the timers, callbacks and watched channels. In debug mode, with
/// where each was made.
///
/// Next: [UnclosedLoops].
final class LeakReport {
    private static final int MOST_LISTED = 10;

    private final ExceptionHandler handler;

    LeakReport(ExceptionHandler handler) {
        this.handler = handler;
    }

    void reportTasks(List<Task<?>> tasks) {
        for (Task<?> task : tasks) {
            report(new ExceptionHandler.Context(
                    "task was still pending when its loop was closed: cancel and await it first",
                    null,
                    task,
                    task.origin()));
        }
    }

    void reportTimers(List<TimerHandle> timers) {
        reportAll("timers were still set when their loop was closed, cancel them first", timers);
    }

    void reportCallbacks(List<Handle> callbacks) {
        reportAll("callbacks had still to run when their loop was closed", callbacks);
    }

    void reportWatchers(List<Handle> watchers) {
        reportAll(
                "handles still watched channels when their loop was closed, "
                        + "call removeReader and removeWriter, or close what uses them, first",
                watchers);
    }

    private void reportAll(String whatIsWrong, List<? extends Handle> handles) {
        if (!handles.isEmpty()) {
            report(new ExceptionHandler.Context(whatIsWrong, null, list(handles)));
        }
    }

    private static String list(List<? extends Handle> handles) {
        Function<Handle, String> line = handle ->
                handle + (handle.origin() == null ? "" : "\nmade here:" + handle.origin());
        String listed =
                handles.stream().limit(MOST_LISTED).map(line).collect(Collectors.joining(", "));
        int more = handles.size() - MOST_LISTED;
        return more > 0 ? listed + ", and " + more + " more" : listed;
    }

    private void report(ExceptionHandler.Context leak) {
        Handle.report(handler, leak);
    }
}
