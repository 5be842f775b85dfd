package spindle.benchmarks;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Handle;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/// The basic moves of an async program, each made many times over. Called in a coroutine.
final class Moves {
    private static final Coroutine<@Nullable Void> NOTHING = () -> null;
    private static final Duration LONG = Duration.ofHours(1);

    private Moves() {}

    /// Suspends, lets the loop make a turn, and resumes.
    static void sleepZero(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            await(sleep(Duration.ZERO));
        }
    }

    /// Creates a task that has nothing to do, and awaits it.
    static void createAndAwait(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            await(createTask(NOTHING));
        }
    }

    /// Awaits a future that a callback completes in the next turn.
    static void awaitFuture(int count) throws Exception {
        EventLoop loop = EventLoop.current();
        for (int i = 0; i < count; i++) {
            Future<Integer> future = loop.createFuture();
            loop.callSoon(() -> future.setResult(1));
            await(future);
        }
    }

    /// Schedules a callback that schedules the next.
    static void callSoonChain(int count) throws Exception {
        await(new Chain(EventLoop.current(), count).start());
    }

    /// Schedules timers, and cancels them when all are pending.
    static void callLaterAndCancel(int count) {
        EventLoop loop = EventLoop.current();
        List<Handle> timers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            timers.add(loop.callLater(Duration.ofSeconds(10 + i % 100), () -> {}));
        }
        timers.forEach(Handle::cancel);
    }

    /// Schedules timers and cancels each when `pending` more have been scheduled, as a server
    /// does with the timeouts of its requests. `eachThousand` is called now and then.
    static void timeouts(int count, int pending, Runnable eachThousand) {
        EventLoop loop = EventLoop.current();
        ArrayDeque<Handle> timers = new ArrayDeque<>();
        for (int i = 0; i < count; i++) {
            timers.add(loop.callLater(LONG, () -> {}));
            if (timers.size() > pending) {
                timers.remove().cancel();
            }
            if (i % 1000 == 0) {
                eachThousand.run();
            }
        }
        timers.forEach(Handle::cancel);
    }

    /// Starts tasks that sleep for longer than we look at them.
    static void startSleepers(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            createTask(() -> await(sleep(LONG)));
        }
        await(sleep(Duration.ZERO)); // All have come to their sleep when this turn is over.
    }

    /// A callback that schedules itself until it has run `left` times.
    private static final class Chain implements Runnable {
        private final EventLoop loop;
        private final Future<@Nullable Void> done;
        private int left;

        Chain(EventLoop loop, int left) {
            this.loop = loop;
            this.done = loop.createFuture();
            this.left = left;
        }

        Future<@Nullable Void> start() {
            loop.callSoon(this);
            return done;
        }

        @Override
        public void run() {
            if (--left > 0) {
                loop.callSoon(this);
            } else {
                done.setResult(null);
            }
        }
    }
}
