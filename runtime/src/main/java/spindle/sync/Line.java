package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Future;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.function.IntPredicate;
import java.util.function.Supplier;

/// Tasks in line for something of which there is only so much: the one idea behind the primitives
/// of this package. First come, first served.
///
/// ```
/// WAITING  -> PROMISED   // letThrough: there is enough for it, and for all who were before it
/// PROMISED -> through    // its task runs, and takes what it was promised before it awaits again
/// PROMISED -> gone       // its wait throws all the same: the promise passes on to the next
/// WAITING  -> SERVED     // serveNext: what it came for has been done for it, nothing is promised
/// WAITING  -> gone       // its wait throws, or the line failed
/// ```
///
/// A task does not run in the turn in which it is let through but in the next. Until then what it
/// came for is still there, and promised: nobody who comes later may take it. That is why
/// [#isOpen()] is false as long as anybody is on the way.
///
/// A task that is cancelled in the turn in which it was let through throws out of its await,
/// although the future has its result. So [#waitFor] looks at the future, not at what was thrown,
/// to see whether there is a promise to pass on.
///
/// It holds no lock and no items; a primitive does, and says through `isEnoughFor` how many tasks
/// could be let through now. After every change to the better it calls [#letThrough()].
///
/// Next: [Held].
final class Line {
    // fixed at construction
    private final LoopBinding loop;
    private final IntPredicate isEnoughFor;

    // changes while running

    /// Those who wait, in the order in which they came. A turn that ended otherwise, because its
    /// task was cancelled, stays until that task runs, or until it is at the head and in the way.
    ///
    /// Invariant: if nobody is on the way, there is not enough for the first of them.
    private final LinkedHashSet<Future<Boolean>> waiting = new LinkedHashSet<>();

    /// How many are on the way: let through, and have not run yet.
    private int promised;

    /// @param isEnoughFor whether so many tasks could take what they want now; called with one
    ///     more than it has been promised to
    Line(LoopBinding loop, IntPredicate isEnoughFor) {
        this.loop = loop;
        this.isEnoughFor = isEnoughFor;
    }

    // --- For the task that wants something ---

    /// Waits until it is the caller's turn. Suspends the calling task, unless the line is open.
    /// The caller then takes what it came for before it awaits anything else. If the wait throws,
    /// the caller has nothing, and has nothing to undo.
    ///
    /// @param purpose what the caller waits for, as a hanging task shows it
    void pass(Object purpose) throws Exception {
        if (!isOpen()) {
            waitFor(join(purpose));
        }
    }

    /// Returns whether the caller may take what it wants without waiting.
    boolean isOpen() {
        loop.check();
        return isEmpty() && isEnoughFor.test(1);
    }

    /// Returns whether nobody waits and nobody is on the way.
    boolean isEmpty() {
        return promised == 0 && firstWaiting() == null;
    }

    /// Joins the end of the line; [#waitFor] is next.
    ///
    /// What if there is enough, and only those on the way are before it? It waits all the same,
    /// or it would overtake them; the last of them lets it through.
    Future<Boolean> join(Object purpose) {
        Future<Boolean> turn = loop.bind().createFuture(purpose);
        waiting.add(turn);
        return turn;
    }

    /// Waits for the turn that [#join] returned. Suspends the calling task.
    void waitFor(Future<Boolean> turn) throws Exception {
        try {
            if (Async.await(turn)) {
                letThrough(); // While what the caller is about to take still counts as promised.
                promised--;
            }
        } catch (Throwable interruption) {
            leave(turn);
            throw interruption;
        }
    }

    private void leave(Future<Boolean> turn) throws Exception {
        if (!wasWoken(turn)) {
            waiting.remove(turn);
            turn.cancel(); // Whatever ended the wait: nobody waits for it any more.
        } else if (turn.result()) {
            promised--;
            letThrough();
        }
    }

    /// Returns whether a wait was over, even if its task was cancelled at the same time.
    static boolean wasWoken(Future<Boolean> turn) {
        return turn.isDone() && !turn.isCancelled() && turn.exception() == null;
    }

    // --- For the one who makes something available ---

    /// Lets as many through as there is enough for.
    void letThrough() {
        while (isEnoughFor.test(promised + 1)) {
            if (wakeNext(true) == null) {
                return;
            }
            promised++;
        }
    }

    /// Wakes the first one because what it came for has been done; nothing is promised to it.
    /// Returns its turn, or null if nobody waits.
    @Nullable
    Future<Boolean> serveNext() {
        return wakeNext(false);
    }

    private @Nullable Future<Boolean> wakeNext(boolean promise) {
        Future<Boolean> turn = firstWaiting();
        if (turn != null) {
            waiting.remove(turn);
            turn.setResult(promise);
        }
        return turn;
    }

    /// Forgets those at the head whose turn has ended otherwise; returns the first of the others.
    private @Nullable Future<Boolean> firstWaiting() {
        for (Iterator<Future<Boolean>> turns = waiting.iterator(); turns.hasNext(); ) {
            Future<Boolean> turn = turns.next();
            if (!turn.isDone()) {
                return turn;
            }
            turns.remove();
        }
        return null;
    }

    /// Makes every wait throw, each a failure of its own. Who is on the way stays so.
    void fail(Supplier<? extends Exception> failure) {
        for (Future<Boolean> turn : waiting) {
            if (!turn.isDone()) {
                turn.setException(failure.get());
            }
        }
    }

    // --- Asking ---

    /// Returns how many are on the way.
    int promised() {
        return promised;
    }

    /// Returns whether at least so many wait, besides those on the way.
    boolean hasWaiting(int count) {
        return waiting.stream().filter(turn -> !turn.isDone()).limit(count).count() == count;
    }

    /// Returns how many wait or are on the way.
    int size() {
        int size = promised;
        for (Future<Boolean> turn : waiting) {
            if (!turn.isDone()) {
                size++;
            }
        }
        return size;
    }

    /// Returns a part of a primitive's description, such as ` waiters=2`; nothing if it is empty.
    String describe(String name) {
        int size = size();
        return size == 0 ? "" : " " + name + "=" + size;
    }
}
