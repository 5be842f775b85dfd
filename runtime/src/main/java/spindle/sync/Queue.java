package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.util.Objects;
import java.util.Optional;

/// Hands items from the tasks that make them to the tasks that use them, first in, first out.
/// Full, it makes those wait who put; empty, those who get.
///
/// ```java
/// var worker = createTask(() -> {
///     for (String url : awaitEach(urls)) {      // until the queue is shut down and empty
///         …
///         urls.taskDone();
///     }
/// });
/// await(urls.put("http://127.0.0.1/"));
/// urls.shutdown(false);
/// ```
///
/// It is not for threads. [PriorityQueue] and [LifoQueue] differ in which item comes next, and in
/// nothing else; a [Channel] knows who is still there to send and to receive.
///
/// ```
/// OPEN     -> SHUT_DOWN   // shutdown: nothing more goes in; when all is out, get fails
/// ```
///
/// Fair on both sides: who waits longest is first, and `tryPut` and `tryGet` overtake nobody. No
/// item is lost, whatever is cancelled when: a `put` that throws has not put, a `get` that throws
/// has not got.
///
/// Any number of tasks may put, get and iterate at the same time. Items are never null. For the
/// tasks of one loop, the one in which a task first had to wait for it.
///
/// Next: [Channel].
public sealed class Queue<T> implements AsyncIterator<T> permits PriorityQueue, LifoQueue {
    // fixed at construction
    private final int maxSize;
    private final LoopBinding loop = new LoopBinding(this);
    private final Line putters = new Line(loop, this::hasRoomFor);
    private final Line getters = new Line(loop, this::hasItemsFor);
    private final Line joiners = new Line(loop, _ -> isAllDone());

    // changes while running
    private final Items<T> items;

    /// Items that were put and for which nobody has called [#taskDone()] yet.
    private long unfinished;

    private boolean isShutDown;

    /// Creates a queue that is never full. Nothing holds up those who put; prefer a bound.
    public Queue() {
        this(0);
    }

    /// Creates a queue that is full when it holds `maxSize` items; if that is not positive,
    /// never.
    public Queue(int maxSize) {
        this(maxSize, new Items.Fifo<>());
    }

    Queue(int maxSize, Items<T> items) {
        this.maxSize = maxSize;
        this.items = items;
    }

    // --- Putting ---

    /// Returns a coroutine that puts an item in, when there is room. Suspends the calling task,
    /// unless there is. Cancelled, it has not put.
    ///
    /// @throws QueueShutDownException if the queue is shut down, or is while waiting
    @CheckReturnValue
    public final Coroutine<@Nullable Void> put(T item) {
        checkNotNull(item);
        return () -> {
            checkNotShutDown();
            putters.pass(this);
            checkNotShutDown();
            add(item);
            return null;
        };
    }

    /// Puts an item in if there is room and nobody waits for it; returns whether it did.
    ///
    /// @throws QueueShutDownException if the queue is shut down
    public final boolean tryPut(T item) {
        checkNotNull(item);
        checkNotShutDown();
        if (!putters.isOpen()) {
            return false;
        }
        add(item);
        return true;
    }

    private void add(T item) {
        items.add(item);
        unfinished++;
        getters.letThrough();
    }

    /// Those who wait when the queue is shut down all get through, to be told.
    private boolean hasRoomFor(int tasks) {
        return isShutDown || maxSize <= 0 || items.size() + tasks <= maxSize;
    }

    private void checkNotNull(T item) {
        Objects.requireNonNull(
                item,
                "item is null: a queue holds none, since nobody could tell it "
                        + "from an empty one");
    }

    private void checkNotShutDown() {
        if (isShutDown) {
            throw shutDown();
        }
    }

    // --- Getting ---

    /// Returns a coroutine that removes the next item, when there is one, and returns it.
    /// Suspends the calling task, unless there is. Cancelled, it has taken nothing.
    ///
    /// @throws QueueShutDownException if the queue is shut down and empty, or is while waiting
    @CheckReturnValue
    public final Coroutine<T> get() {
        return () -> Async.await(next()).orElseThrow(this::shutDown);
    }

    /// Returns a coroutine that gets as [#get()] does; its result is empty if the queue is shut
    /// down and empty. Suspends the calling task. Cancelled, it has taken nothing.
    @Override
    @CheckReturnValue
    public final Coroutine<Optional<T>> next() {
        return () -> {
            getters.pass(this);
            return items.size() == 0 ? Optional.empty() : Optional.of(remove());
        };
    }

    /// Removes the next item and returns it; empty if there is none, or none but for those who
    /// wait.
    ///
    /// @throws QueueShutDownException if the queue is shut down and empty
    public final Optional<T> tryGet() {
        if (!getters.isOpen()) {
            return Optional.empty();
        }
        if (items.size() == 0) {
            throw shutDown();
        }
        return Optional.of(remove());
    }

    private T remove() {
        T item = items.remove();
        putters.letThrough();
        return item;
    }

    /// When the queue is shut down, those who wait all get through: the first ones find what is
    /// left, the others find nothing.
    private boolean hasItemsFor(int tasks) {
        return isShutDown || tasks <= items.size();
    }

    private QueueShutDownException shutDown() {
        return new QueueShutDownException("the queue was shut down: " + this);
    }

    // --- Waiting for the work to be done ---

    /// Says that the work on an item that was got is done.
    ///
    /// @throws IllegalStateException if it is called more often than items were put
    public final void taskDone() {
        loop.check();
        if (unfinished == 0) {
            throw new IllegalStateException(
                    "expected unfinished items but all are done: call taskDone once for each item "
                            + "that was got: " + this);
        }
        unfinished--;
        joiners.letThrough();
    }

    /// Returns a coroutine that waits until all the items that were put are done. Suspends the
    /// calling task, unless they are. Cancelling it leaves nothing to undo.
    @CheckReturnValue
    public final Coroutine<@Nullable Void> join() {
        return () -> {
            loop.check();
            if (!isAllDone()) {
                joiners.waitFor(joiners.join(this));
            }
            return null;
        };
    }

    private boolean isAllDone() {
        return unfinished == 0;
    }

    // --- Shutting down ---

    /// Shuts the queue down: nothing more is put, and who waits to put fails. What is in it can
    /// still be got; then `get` fails and iteration ends, also for those who wait already.
    /// Shutting down twice does nothing more, unless only the second is immediate.
    ///
    /// @param immediate whether to drop what is in it, and count each item as done
    public final void shutdown(boolean immediate) {
        loop.check();
        isShutDown = true;
        if (immediate) {
            for (; items.size() > 0; items.remove()) {
                unfinished = Math.max(0, unfinished - 1);
            }
            joiners.letThrough();
        }
        putters.letThrough();
        getters.letThrough();
    }

    // --- Asking ---

    /// Returns whether the queue was shut down.
    public final boolean isShutDown() {
        return isShutDown;
    }

    /// Returns how many items are in the queue, also those on which a task that was woken has a
    /// claim.
    public final int size() {
        return items.size();
    }

    /// Returns whether there are no items.
    public final boolean isEmpty() {
        return items.size() == 0;
    }

    /// Returns whether there are as many items as there may be.
    public final boolean isFull() {
        return maxSize > 0 && items.size() >= maxSize;
    }

    /// Returns how many items there may be; not positive if any number.
    public final int maxSize() {
        return maxSize;
    }

    /// Returns how things stand now.
    public final Statistics statistics() {
        return new Statistics(
                maxSize, items.size(), unfinished, putters.size(), getters.size(), joiners.size());
    }

    /// Returns a form such as `<Queue size=0 maxSize=10 getters=2 unfinished=3>`.
    @Override
    public final String toString() {
        return "<" + getClass().getSimpleName() + " size=" + items.size()
                + (maxSize > 0 ? " maxSize=" + maxSize : "")
                + getters.describe("getters")
                + putters.describe("putters")
                + (unfinished > 0 ? " unfinished=" + unfinished : "")
                + (isShutDown ? " shut down" : "")
                + ">";
    }

    /// How things stand at a queue at one moment. Who was woken and has not run yet counts as
    /// waiting.
    ///
    /// @param maxSize how many items there may be; not positive if any number
    /// @param size how many there are
    /// @param unfinished how many were put and are not done
    /// @param waitingToPut how many tasks wait for room
    /// @param waitingToGet how many tasks wait for an item
    /// @param waitingToJoin how many tasks wait for all items to be done
    public record Statistics(
            int maxSize,
            int size,
            long unfinished,
            int waitingToPut,
            int waitingToGet,
            int waitingToJoin) {}
}
