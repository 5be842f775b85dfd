package spindle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/// Has the tasks that are ready in one turn go on in an order that a seed decides: what a program
/// must not depend on comes out another way with another seed, and the same way with the same.
///
/// Only tasks change places, and only among themselves; callbacks are promised their order.
///
/// Next: [SlowCallbacks].
final class SeededOrder {
    private final RandomGenerator random;

    SeededOrder(long seed) {
        // Not a Random: those of neighbouring seeds begin alike.
        random = new SplittableRandom(seed);
    }

    /// Reorders what is about to run.
    void apply(Queue<Handle> ready) {
        List<Handle> steps = new ArrayList<>();
        for (Handle handle : ready) {
            if (handle.resumesTask()) {
                steps.add(handle);
            }
        }
        if (steps.size() < 2) {
            return;
        }
        Collections.shuffle(steps, random);
        int next = 0;
        for (int left = ready.size(); left > 0; left--) {
            Handle handle = ready.remove();
            ready.add(handle.resumesTask() ? steps.get(next++) : handle);
        }
    }
}
