package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;

/// Which loop a primitive belongs to: the one in which a task first had to wait for it.
///
/// Not at construction, so that a primitive can be made before there is a loop; and not at its
/// first use, since what nobody waits for ties nobody to anything.
///
/// Next: [Line].
final class LoopBinding {
    /// Whose loop it is; for messages.
    private final Object primitive;

    private @Nullable EventLoop loop;

    LoopBinding(Object primitive) {
        this.primitive = primitive;
    }

    /// Throws if the primitive belongs to another loop than the running one. Whatever changes the
    /// primitive asks this first.
    void check() {
        if (loop != null && loop != EventLoop.current()) {
            throw new IllegalStateException(
                    "expected the loop in which a task first waited for it but was used in another "
                            + "one: make one for each loop: " + primitive);
        }
    }

    /// Returns the running loop, to which the primitive belongs from now on.
    EventLoop bind() {
        check();
        if (loop == null) {
            loop = EventLoop.current();
        }
        return loop;
    }
}
