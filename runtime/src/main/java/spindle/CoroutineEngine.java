package spindle;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

import java.util.concurrent.atomic.AtomicReference;

/// How a loop parks the stacks of its coroutines. Both engines behave alike; they differ in
/// speed and in what they need.
///
/// Next: [AwaitTrace].
public enum CoroutineEngine {
    /// Coroutines are carried by the loop's own thread: a switch costs 0.1 to 0.2 µs. Needs
    /// `--add-opens java.base/java.lang=ALL-UNNAMED` (`=spindle.runtime` on the module path),
    /// and a platform thread for the loop: run from a virtual one, the loop starts its own.
    LOOP_CARRIED {
        @Override
        public boolean isAvailable() {
            return LoopCarriedSuspension.isAvailable();
        }

        @Override
        Suspension newSuspension(String name, Runnable body, @Nullable Runnable whenUnblocked) {
            return new LoopCarriedSuspension(name, body, whenUnblocked);
        }

        @Override
        void carry(Runnable loop) {
            if (Thread.currentThread().isVirtual()) {
                runOn(Thread.ofPlatform().name("spindle-loop"), loop);
            } else {
                loop.run();
            }
        }
    },

    /// Coroutines and the loop, on virtual threads, pass a baton: a switch costs some 0.5 to 1
    /// µs. Needs nothing. Run from a platform thread, the loop starts a virtual one for itself.
    HANDOFF {
        @Override
        public boolean isAvailable() {
            return true;
        }

        @Override
        Suspension newSuspension(String name, Runnable body, @Nullable Runnable whenUnblocked) {
            return new HandoffSuspension(name, body);
        }

        @Override
        void carry(Runnable loop) {
            if (Thread.currentThread().isVirtual()) {
                loop.run();
            } else {
                runOn(Thread.ofVirtual().name("spindle-loop"), loop);
            }
        }
    };

    private static final AtomicReference<@Nullable CoroutineEngine> announced =
            new AtomicReference<>();

    /// Returns whether this JVM lets the engine work.
    public abstract boolean isAvailable();

    /// Returns a stack for a coroutine.
    ///
    /// @param whenUnblocked called by any thread when a coroutine that had blocked may go on;
    ///     null if the loop waits for it meanwhile
    abstract Suspension newSuspension(String name, Runnable body, @Nullable Runnable whenUnblocked);

    /// Runs a loop to its end on the kind of thread that the engine needs: the caller's own
    /// where that will do.
    abstract void carry(Runnable loop);

    /// Returns the fastest engine that this JVM allows, and logs which, once.
    public static CoroutineEngine best() {
        CoroutineEngine best = LOOP_CARRIED.isAvailable() ? LOOP_CARRIED : HANDOFF;
        if (announced.compareAndSet(null, best)) {
            var log = LoggerFactory.getLogger("spindle.EventLoop");
            switch (best) {
                case LOOP_CARRIED -> log.info("coroutines are carried by the loop's own thread");
                case HANDOFF ->
                    log.info(
                            "coroutines are handed between virtual threads; several times faster with --add-opens java.base/java.lang={}",
                            moduleName());
            }
        }
        return best;
    }

    private static String moduleName() {
        Module module = CoroutineEngine.class.getModule();
        return module.isNamed() ? module.getName() : "ALL-UNNAMED";
    }

    /// Runs `loop` on a thread of its own and waits for it, whatever interrupts the wait; an
    /// interrupt of the caller is given back to it afterwards.
    private static void runOn(Thread.Builder builder, Runnable loop) {
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        Thread thread = builder.start(() -> {
            try {
                loop.run();
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
        });
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        switch (failure.get()) {
            case null -> {}
            case Error error -> throw error;
            case RuntimeException exception -> throw exception;
            case Throwable checked -> throw new IllegalStateException(checked);
        }
    }
}
