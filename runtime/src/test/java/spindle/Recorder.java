package spindle;

import java.util.ArrayList;
import java.util.List;

/// What happened in a test, in order.
final class Recorder {
    private final List<Object> events = new ArrayList<>();

    void record(Object event) {
        events.add(event);
    }

    /// Returns a callback that records `event`.
    Runnable recording(Object event) {
        return () -> record(event);
    }

    List<Object> events() {
        return events;
    }
}
