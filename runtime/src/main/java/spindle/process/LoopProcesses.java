package spindle.process;

import spindle.EventLoop;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The processes of one loop that are not over: those that are ended with it.
final class LoopProcesses implements AutoCloseable {
    private final Set<ChildProcess> open = new LinkedHashSet<>();

    private LoopProcesses() {}

    static LoopProcesses of(EventLoop loop) {
        return loop.resource(LoopProcesses.class, _ -> new LoopProcesses());
    }

    void add(ChildProcess process) {
        open.add(process);
    }

    void remove(ChildProcess process) {
        open.remove(process);
    }

    @Override
    public void close() {
        List.copyOf(open).forEach(ChildProcess::closeWithLoop);
        open.clear();
    }
}
