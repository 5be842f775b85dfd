package spindle;

import org.jspecify.annotations.Nullable;

/// Something else than a [CancelledError] that a task is to stop with: what a [TaskGroup]
/// throws into its body. A task that is to hear of several hears of one after the other.
///
/// Next: [Task].
final class Interruption {
    // fixed at construction
    private final Throwable throwable;

    // changes while running
    private boolean thrown;

    /// The one that the task is to hear of after this.
    private @Nullable Interruption next;

    Interruption(Throwable throwable) {
        this.throwable = throwable;
    }

    /// Returns what the task's coroutine is about to hear of.
    Throwable toBeThrown() {
        thrown = true;
        return throwable;
    }

    /// Returns whether the coroutine has heard of it.
    boolean wasThrown() {
        return thrown;
    }

    /// Returns whether `caught` is what it threw.
    boolean threw(Throwable caught) {
        return thrown && caught == throwable;
    }

    // --- A linked list of them ---

    @Nullable
    Interruption next() {
        return next;
    }

    void append(Interruption another) {
        if (next == null) {
            next = another;
        } else {
            next.append(another);
        }
    }

    /// Returns the list that begins here without `withdrawn`.
    @Nullable
    Interruption without(Interruption withdrawn) {
        if (this == withdrawn) {
            return next;
        }
        next = next == null ? null : next.without(withdrawn);
        return this;
    }
}
