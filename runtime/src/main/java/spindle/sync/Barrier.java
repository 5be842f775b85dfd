package spindle.sync;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.Future;

import java.util.LinkedHashSet;
import java.util.concurrent.BrokenBarrierException;

/// A place where tasks wait for each other: when so many have arrived, all go on.
///
/// It can be used again and again: who arrives after that is the first of the next round. It
/// counts tasks, and doesn't mind which.
///
/// ```
/// FILLING  -> FILLING    // the last one arrives: all go on, and the next round begins
/// FILLING  -> FILLING    // reset: those who wait fail, and the next round begins
/// FILLING  -> BROKEN     // abort: those who wait fail, and so does whoever arrives
/// BROKEN   -> FILLING    // reset
/// ```
///
/// asyncio's barrier is closed while those who go on drain out of it. Here a round that is
/// complete is over at once: nobody can break it any more, and nobody has to wait for those on
/// the way.
///
/// For the tasks of one loop, the one in which a task first had to wait for it.
///
/// Next: [Items].
public final class Barrier {
    // fixed at construction
    private final int parties;
    private final LoopBinding loop = new LoopBinding(this);

    // changes while running

    /// Those who wait in this round, in the order in which they arrived; the index is the result.
    private final LinkedHashSet<Future<Integer>> waiting = new LinkedHashSet<>();

    private boolean isBroken;

    /// Creates a barrier for so many tasks.
    ///
    /// @param parties at least 1
    public Barrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("parties must be at least 1, was " + parties);
        }
        this.parties = parties;
    }

    /// Returns a coroutine that arrives, waits until all have arrived, and returns the place of
    /// the calling task among them: 0 for the first, one less than [#parties()] for the last.
    /// Suspends the calling task, unless it is the last. Cancelled, it is as if it had not
    /// arrived; but if the last one came in the same turn, the others have gone on.
    ///
    /// It throws a [BrokenBarrierException] if the barrier is broken, or is reset or aborted
    /// meanwhile.
    @CheckReturnValue
    public Coroutine<Integer> arrive() {
        return () -> {
            loop.check();
            if (isBroken) {
                throw broken("aborted, reset() makes it usable again");
            }
            if (waiting() + 1 == parties) {
                letAllGo();
                return parties - 1;
            }
            return awaitOthers();
        };
    }

    private void letAllGo() {
        int index = 0;
        for (Future<Integer> arrived : waiting) {
            arrived.setResult(index++);
        }
        waiting.clear();
    }

    private int awaitOthers() throws Exception {
        Future<Integer> arrived = loop.bind().createFuture(this);
        waiting.add(arrived);
        try {
            return Async.await(arrived);
        } finally {
            waiting.remove(arrived);
        }
    }

    /// Makes those who wait fail, and the barrier as good as new.
    public void reset() {
        loop.check();
        failAll("reset");
        isBroken = false;
    }

    /// Breaks the barrier: those who wait fail, and so does whoever arrives, until it is reset.
    /// For when a task that the others wait for cannot come.
    public void abort() {
        loop.check();
        isBroken = true;
        failAll("aborted");
    }

    private void failAll(String cause) {
        while (waiting() > 0) {
            waiting.removeFirst().setException(broken(cause));
        }
    }

    private BrokenBarrierException broken(String cause) {
        return new BrokenBarrierException("the barrier was " + cause + ": " + this);
    }

    /// Returns how many tasks have to arrive.
    public int parties() {
        return parties;
    }

    /// Returns how many tasks wait.
    public int waiting() {
        // One that was cancelled and has not run yet doesn't wait any more.
        waiting.removeIf(Future::isDone);
        return waiting.size();
    }

    /// Returns whether the barrier was aborted.
    public boolean isBroken() {
        return isBroken;
    }

    /// Returns how things stand now.
    public Statistics statistics() {
        return new Statistics(parties, waiting(), isBroken);
    }

    /// Returns a form such as `<Barrier filling 2/3>`.
    @Override
    public String toString() {
        return "<Barrier " + (isBroken ? "broken" : "filling " + waiting() + "/" + parties) + ">";
    }

    /// How things stand at a barrier at one moment.
    ///
    /// @param parties how many tasks have to arrive
    /// @param tasksWaiting how many have, in this round, and wait for the others
    /// @param isBroken whether it was aborted
    public record Statistics(int parties, int tasksWaiting, boolean isBroken) {}
}
