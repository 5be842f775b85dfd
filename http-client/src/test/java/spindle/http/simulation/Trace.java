package spindle.http.simulation;

import java.util.ArrayDeque;
import java.util.Deque;

/// What happened in a simulation, and when: the last of it to read, all of it as a hash.
final class Trace {
    /// The system property that has whole traces printed.
    private static final boolean PRINTED = Boolean.getBoolean("spindle.simulation.trace");

    private static final int KEPT = 60;
    private static final long FNV_PRIME = 0x100000001b3L;

    private final Deque<String> last = new ArrayDeque<>();
    private long hash = 0xcbf29ce484222325L;

    void add(long nanos, String what) {
        mix(nanos);
        mix(what.hashCode());
        String line = nanos / 1e6 + " ms  " + what;
        if (PRINTED) {
            System.out.println(line);
        }
        last.add(line);
        if (last.size() > KEPT) {
            last.remove();
        }
    }

    /// Adds a step of a task.
    void step(String task) {
        mix(task.hashCode());
        if (PRINTED) {
            System.out.println("    " + task);
        }
    }

    private void mix(long value) {
        hash = (hash ^ value) * FNV_PRIME;
        hash ^= hash >>> 32;
    }

    long hash() {
        return hash;
    }

    /// Returns the last lines.
    @Override
    public String toString() {
        return String.join("\n", last);
    }
}
