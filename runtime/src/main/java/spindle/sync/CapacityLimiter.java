package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;

/// So many tokens and no more, and it is known who has borrowed each: bounds how many tasks do
/// something at a time, as a [Semaphore] does, and finds out who it is that does not come to an
/// end.
///
/// ```java
/// try (var _ = await(limiter.hold())) {
///     …                                  // at most so many tasks are here
/// }
/// ```
///
/// A token is borrowed for a task, the calling one unless another borrower is named: anything
/// with a sensible `equals`. A borrower has one token at most; to ask for a second is a mistake,
/// since a limiter with a single token would make it wait for itself.
///
/// The number of tokens may change at any time. With fewer than are out, nobody loses one, and
/// nobody gets one until enough are back.
///
/// Fair: who has waited longest is next. For the tasks of one loop, the one in which a task first
/// had to wait for it.
///
/// Next: [Barrier].
public final class CapacityLimiter {
    // fixed at construction
    private final LoopBinding loop = new LoopBinding(this);
    private final Line line = new Line(loop, this::hasTokensFor);

    // changes while running
    private int totalTokens;
    private final Set<Object> borrowers = new LinkedHashSet<>();

    /// Creates a limiter with so many tokens.
    ///
    /// @param totalTokens at least 0
    public CapacityLimiter(int totalTokens) {
        checkTotal(totalTokens);
        this.totalTokens = totalTokens;
    }

    private static void checkTotal(int totalTokens) {
        if (totalTokens < 0) {
            throw new IllegalArgumentException(
                    "totalTokens must be at least 0, was " + totalTokens);
        }
    }

    // --- Borrowing ---

    /// Returns a coroutine that borrows a token for the calling task for as long as the result
    /// isn't closed, which gives it back. Suspends the calling task. Cancelled, it has no token.
    @CheckReturnValue
    public Coroutine<Held> hold() {
        return () -> Async.await(holdOnBehalfOf(Async.currentTask()));
    }

    /// Returns a coroutine that borrows a token for `borrower`, as [#hold()]. Suspends the
    /// calling task.
    @CheckReturnValue
    public Coroutine<Held> holdOnBehalfOf(Object borrower) {
        return () -> {
            Async.await(acquireOnBehalfOf(borrower));
            return new Held(this, () -> releaseIfBorrowed(borrower));
        };
    }

    private void releaseIfBorrowed(Object borrower) {
        if (borrowers.contains(borrower)) {
            releaseOnBehalfOf(borrower);
        }
    }

    /// Returns a coroutine that borrows a token for the calling task, as [#acquireOnBehalfOf].
    /// Suspends the calling task, unless there is one and nobody waits. Cancelled, it has no
    /// token.
    @CheckReturnValue
    public Coroutine<@Nullable Void> acquire() {
        return () -> Async.await(acquireOnBehalfOf(Async.currentTask()));
    }

    /// Returns a coroutine that waits for a token and borrows it for `borrower`. Suspends the
    /// calling task, unless there is one and nobody waits. Cancelled, it has no token, and one
    /// that was promised to it goes to the next in line.
    ///
    /// @throws IllegalStateException if `borrower` has a token, or got one meanwhile
    @CheckReturnValue
    public Coroutine<@Nullable Void> acquireOnBehalfOf(Object borrower) {
        Objects.requireNonNull(borrower, "borrower");
        return () -> {
            checkHasNone(borrower);
            line.pass(this);
            if (borrowers.contains(borrower)) {
                line.letThrough(); // What was promised here is the next one's.
            }
            checkHasNone(borrower);
            borrowers.add(borrower);
            return null;
        };
    }

    /// Borrows a token for the calling task, as [#tryAcquireOnBehalfOf].
    public boolean tryAcquire() {
        return tryAcquireOnBehalfOf(Async.currentTask());
    }

    /// Borrows a token for `borrower` if there is one and nobody waits; returns whether it did.
    ///
    /// @throws IllegalStateException if `borrower` has a token
    public boolean tryAcquireOnBehalfOf(Object borrower) {
        checkHasNone(borrower);
        if (!line.isOpen()) {
            return false;
        }
        borrowers.add(borrower);
        return true;
    }

    private boolean hasTokensFor(int tasks) {
        return borrowers.size() + tasks <= totalTokens;
    }

    private void checkHasNone(Object borrower) {
        if (borrowers.contains(borrower)) {
            throw new IllegalStateException("expected a borrower without a token but it has one: "
                    + "release it first, or borrow on behalf of something else: " + borrower);
        }
    }

    // --- Giving back ---

    /// Gives the calling task's token back, as [#releaseOnBehalfOf].
    public void release() {
        releaseOnBehalfOf(Async.currentTask());
    }

    /// Gives `borrower`'s token back; whoever has waited longest gets it in the next turn.
    ///
    /// @throws IllegalStateException if `borrower` has none
    public void releaseOnBehalfOf(Object borrower) {
        loop.check();
        if (!borrowers.remove(borrower)) {
            throw new IllegalStateException("expected a borrower with a token but it has none: "
                    + "release on behalf of the one that acquired: " + borrower);
        }
        line.letThrough();
    }

    // --- Asking and changing the total ---

    /// Sets how many tokens there are. New ones go to those who wait.
    ///
    /// @param totalTokens at least 0
    public void setTotalTokens(int totalTokens) {
        loop.check();
        checkTotal(totalTokens);
        this.totalTokens = totalTokens;
        line.letThrough();
    }

    /// Returns who has how much now.
    public Statistics statistics() {
        return new Statistics(totalTokens, Set.copyOf(borrowers), line.size());
    }

    /// Returns a form such as `<CapacityLimiter borrowed=3/4 waiters=2>`.
    @Override
    public String toString() {
        return "<CapacityLimiter borrowed=" + borrowers.size() + "/" + totalTokens
                + line.describe("waiters") + ">";
    }

    /// How things stand at a limiter at one moment.
    ///
    /// @param totalTokens how many there are, borrowed or not
    /// @param borrowers who has one each
    /// @param tasksWaiting how many tasks wait for one
    public record Statistics(int totalTokens, Set<Object> borrowers, int tasksWaiting) {
        /// Returns how many tokens are out.
        public int borrowedTokens() {
            return borrowers.size();
        }

        /// Returns how many tokens are there; negative if there are fewer in total than are out.
        public int availableTokens() {
            return totalTokens - borrowers.size();
        }
    }
}
