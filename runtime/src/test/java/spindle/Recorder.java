package spindle;

import java.util.ArrayList;
import java.util.List;

/// What happened in a test, in order.
public final class Recorder {
    private final List<Object> events = new ArrayList<>();

    public void record(Object event) {
        events.add(event);
    }

    /// Returns a callback that records `event`.
    public Runnable recording(Object event) {
        return () -> record(event);
    }

    public List<Object> events() {
        return events;
    }
}
