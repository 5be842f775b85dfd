package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;

/// A flag that tasks can wait for.
///
/// It wakes all who wait, and stays set for those who come later, until it is cleared. It carries
/// no value: for one that comes once, await a future.
///
/// ```
/// CLEAR -> SET     // set: all who wait run in the next turn
/// SET   -> CLEAR   // clear
/// ```
///
/// For the tasks of one loop, the one in which a task first had to wait for it.
///
/// Next: [Condition].
public final class Event {
    // fixed at construction
    private final LoopBinding loop = new LoopBinding(this);
    private final Line line = new Line(loop, _ -> isSet());

    // changes while running
    private boolean isSet;

    /// Creates an event that is not set.
    public Event() {}

    /// Returns a coroutine that waits until the event is set; if it is, it doesn't wait. Suspends
    /// the calling task. Cancelling it leaves nothing to undo.
    @CheckReturnValue
    public Coroutine<@Nullable Void> waitUntilSet() {
        return () -> {
            loop.check();
            if (!isSet) {
                line.waitFor(line.join(this));
            }
            return null;
        };
    }

    /// Sets the event and wakes all who wait for it.
    public void set() {
        loop.check();
        isSet = true;
        line.letThrough();
    }

    /// Makes the event one to be waited for again. Whoever has been woken stays so.
    public void clear() {
        loop.check();
        isSet = false;
    }

    /// Returns whether the event is set.
    public boolean isSet() {
        return isSet;
    }

    /// Returns how things stand now.
    public Statistics statistics() {
        return new Statistics(isSet, line.size());
    }

    /// Returns a form such as `<Event clear waiters=2>`.
    @Override
    public String toString() {
        return "<Event " + (isSet ? "set" : "clear") + line.describe("waiters") + ">";
    }

    /// How things stand at an event at one moment.
    ///
    /// @param isSet whether it is set
    /// @param tasksWaiting how many tasks wait for it, or have been woken and have not run yet
    public record Statistics(boolean isSet, int tasksWaiting) {}
}
