package spindle;

import java.util.stream.Stream;

/// One of the ways in which a loop can be set up that must make no difference to what a program
/// sees, unless a test says which.
public record LoopSettings(CoroutineEngine engine, boolean eager, boolean debug) {
    /// Returns all of them; for [OnEveryLoop].
    static Stream<LoopSettings> all() {
        return Stream.of(CoroutineEngine.values())
                .flatMap(engine -> Stream.of(
                        new LoopSettings(engine, false, false),
                        new LoopSettings(engine, false, true),
                        new LoopSettings(engine, true, false),
                        new LoopSettings(engine, true, true)));
    }

    /// Sets a builder up so.
    public EventLoop.Builder applyTo(EventLoop.Builder builder) {
        return builder.eagerTasks(eager).debug(debug);
    }

    @Override
    public String toString() {
        return engine + (eager ? ", eager tasks" : "") + (debug ? ", debug mode" : "");
    }
}
