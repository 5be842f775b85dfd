package spindle;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/// The results of a function that is applied to each element of a sequence, to so many at a time
/// and no more: what `Async.map` returns.
///
/// ```java
/// List<String> pages = await(map(urls, 10, url -> get(session, url)).toList());
///
/// try (var pages = map(urls, 10, url -> get(session, url)).byCompletion()) {
///     for (String page : awaitEach(pages)) {            // a million URLs, ten at a time
///         …
///     }
/// }
/// ```
///
/// Nothing happens until the first result is asked for. From then on elements are taken from the
/// source as there is room: at most `limit` are being worked on, and at most as many results wait
/// to be taken. So neither the source nor the results are ever in memory as a whole, and a slow
/// consumer slows the source down.
///
/// Results come in the order of the source, or as they are there ([#byCompletion()]). The first
/// failure, of the function, its coroutine or the source, cancels everything else at once, and is
/// thrown when that has ended; or all are collected ([#outcomes()]).
///
/// A map that is not asked to its end must be closed, which cancels what is running and waits for
/// it. With the map ends its source: if that can be closed, another map or the receiver of a
/// channel, it is. Used by one task.
///
/// Next: [Shield].
public final class ParallelMap<S, R extends @Nullable Object>
        implements AsyncIterator<R>, AutoCloseable {
    // fixed at construction
    private final AsyncIterator<S> source;
    private final int limit;
    private final Function<? super S, ? extends Coroutine<R>> function;

    // set until it begins
    private boolean inOrder = true;
    private boolean failsFast = true;

    // changes while running
    private @Nullable EventLoop loop;
    private @Nullable Task<?> puller;
    private final Set<Task<R>> running = new LinkedHashSet<>();

    /// What has been started and not been taken: in the order of the source, or, of those that
    /// are done, of their ends.
    private final Deque<Task<R>> results = new ArrayDeque<>();

    private int untaken;
    private boolean exhausted;

    /// Whether everything was cancelled: what ends now was not asked for any more.
    private boolean stopping;

    private boolean closed;
    private boolean sourceClosed;
    private @Nullable Throwable failure;

    /// What the consumer waits for, and what the puller does; null if it does not.
    private @Nullable Future<@Nullable Void> progress;

    private @Nullable Future<@Nullable Void> room;

    ParallelMap(
            AsyncIterator<S> source,
            int limit,
            Function<? super S, ? extends Coroutine<R>> function) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit must be at least 1, was " + limit);
        }
        this.source = source;
        this.limit = limit;
        this.function = function;
    }

    ParallelMap(
            Iterable<S> source, int limit, Function<? super S, ? extends Coroutine<R>> function) {
        this(new Elements<>(source), limit, function);
    }

    // --- How the results come ---

    /// Has the results come as they are there, whatever the order of the source.
    ///
    /// @return this map
    /// @throws IllegalStateException if a result was asked for already
    public ParallelMap<S, R> byCompletion() {
        checkNotBegun();
        inOrder = false;
        return this;
    }

    /// Returns how each element ended instead: no failure ends the others. Of a failing source,
    /// the failure is thrown when what it had given is done.
    ///
    /// @throws IllegalStateException if a result was asked for already
    public AsyncIterator<Outcome<R>> outcomes() {
        checkNotBegun();
        failsFast = false;
        return () -> () -> nextDone().map(Future::outcome);
    }

    private void checkNotBegun() {
        if (loop != null) {
            throw new IllegalStateException("say how results are to come before asking for one");
        }
    }

    // --- Asking for results ---

    /// Returns a coroutine that waits for the next result; empty at the end. Suspends the calling
    /// task.
    ///
    /// @throws NullPointerException if the result is null: collect those with [#toList()]
    @Override
    public Coroutine<Optional<R>> next() {
        return () -> nextDone()
                .map(task -> Objects.requireNonNull(
                        task.resultNow(), "the function's result is null: use toList()"));
    }

    /// Returns a coroutine that waits for all results. Suspends the calling task.
    @CheckReturnValue
    public Coroutine<List<R>> toList() {
        return () -> {
            List<R> all = new ArrayList<>();
            try {
                for (var next = nextDone(); next.isPresent(); next = nextDone()) {
                    all.add(next.get().resultNow());
                }
            } finally {
                close();
            }
            return all;
        };
    }

    /// Returns a coroutine that waits for all elements to be done and returns how they ended.
    /// Suspends the calling task.
    @CheckReturnValue
    public Coroutine<List<Outcome<R>>> toOutcomes() {
        AsyncIterator<Outcome<R>> outcomes = outcomes();
        return () -> {
            List<Outcome<R>> all = new ArrayList<>();
            try {
                for (var next = outcomes.next().run();
                        next.isPresent();
                        next = outcomes.next().run()) {
                    all.add(next.get());
                }
            } finally {
                close();
            }
            return all;
        };
    }

    private Optional<Task<R>> nextDone() throws Exception {
        Task<?> caller = begin();
        while (true) {
            if (closed) {
                return Optional.empty();
            }
            if (failure != null && (failsFast || untaken == 0)) {
                throw closedAfter(failure);
            }
            Task<R> first = results.peek();
            if (first != null && !running.contains(first)) {
                results.remove();
                untaken--;
                signal(room);
                return Optional.of(first);
            }
            if (exhausted && untaken == 0) {
                close();
                return Optional.empty();
            }
            awaitProgress(caller);
        }
    }

    private RuntimeException closedAfter(Throwable thrown) {
        Throwable heard = end();
        Throwable closing = closeSource();
        Throwable first = heard != null ? heard : closing;
        if (first == null || first == thrown) {
            throw Future.<RuntimeException>sneaky(thrown);
        }
        boolean isRequest = heard != null || closing instanceof CancelledError;
        Throwable winner = isRequest ? first : thrown; // A request to cancel must not be lost.
        winner.addSuppressed(isRequest ? thrown : first);
        throw Future.<RuntimeException>sneaky(winner);
    }

    private void awaitProgress(Task<?> caller) throws Exception {
        if (progress != null) {
            throw new IllegalStateException(
                    "another task waits for the next result already: a map has one consumer");
        }
        Future<@Nullable Void> made = EventLoop.current().createFuture(this);
        progress = made;
        try {
            caller.await(made);
        } finally {
            progress = null;
        }
    }

    // --- Working ---

    private Task<?> begin() {
        Task<?> caller = EventLoop.callingTask("a result of map");
        if (loop == null) {
            EventLoop current = EventLoop.current();
            loop = current;
            Coroutine.Action pulling = () -> pull(current);
            puller = current.<@Nullable Void>createTask("map", pulling.asCoroutine());
        }
        return caller;
    }

    /// The task that takes elements from the source as there is room.
    private void pull(EventLoop current) {
        try {
            for (S element : (Iterable<S>) () -> new AwaitedElements<>(source)) {
                if (stopping) {
                    break; // The source took no notice of being cancelled.
                }
                start(current.createTask(work(element)));
                awaitRoom(current);
            }
        } catch (Throwable sourceFailed) {
            if (!stopping) {
                fail(sourceFailed);
            }
        } finally {
            exhausted = true;
            signal(progress);
        }
    }

    /// What the function throws itself counts as thrown by its coroutine.
    private Coroutine<R> work(S element) {
        try {
            return function.apply(element);
        } catch (CancelledError | VirtualMachineError notOfThisElement) {
            throw notOfThisElement;
        } catch (Throwable failed) {
            return () -> {
                throw Future.<RuntimeException>sneaky(failed);
            };
        }
    }

    private void awaitRoom(EventLoop current) throws Exception {
        while (running.size() >= limit || untaken >= 2L * limit) {
            Future<@Nullable Void> made = current.createFuture("room in " + this);
            room = made;
            try {
                EventLoop.callingTask("the map").await(made);
            } finally {
                room = null;
            }
        }
    }

    private void start(Task<R> task) {
        running.add(task);
        untaken++;
        if (inOrder) {
            results.add(task);
        }
        task.addDoneCallback(_ -> ended(task));
    }

    private void ended(Task<R> task) {
        running.remove(task);
        if (closed) {
            task.markRetrieved();
            return;
        }
        if (!inOrder) {
            results.add(task);
        }
        if (failsFast) {
            switch (task.outcome()) {
                case Outcome.Success<R> _ -> {}
                case Outcome.Failure<R>(Throwable exception) -> fail(exception);
                case Outcome.Cancelled<R>(String reason) -> fail(new CancelledError(reason));
            }
        }
        signal(progress);
        signal(room);
    }

    /// The first failure is the map's.
    private void fail(Throwable exception) {
        if (failure == null) {
            failure = exception;
        }
        if (failsFast) {
            stop("its map has failed");
        }
    }

    /// Cancels what is running, once: who is cleaning up is left alone.
    private void stop(String reason) {
        if (stopping) {
            return;
        }
        stopping = true;
        running.forEach(task -> task.cancel(reason));
        if (puller != null) {
            puller.cancel(reason);
        }
    }

    private static void signal(@Nullable Future<@Nullable Void> waiting) {
        if (waiting != null && !waiting.isDone()) {
            waiting.setResult(null);
        }
    }

    // --- Ending ---

    /// Cancels what is running and waits for it to end, then closes the source if that can be
    /// closed; suspends the calling task if anything is running. There are no more results then.
    /// Closing twice does nothing.
    @Override
    public void close() {
        Throwable heard = end();
        Throwable closing = closeSource();
        Throwable first = heard != null ? heard : closing;
        if (first != null) {
            throw Future.<RuntimeException>sneaky(first);
        }
    }

    /// Ends everything; returns what the calling task was interrupted with meanwhile.
    private @Nullable Throwable end() {
        closed = true;
        stop("its map was closed");
        List<Task<?>> left = new ArrayList<>(running);
        if (puller != null && !puller.isDone()) {
            left.add(puller);
        }
        Throwable heard = left.isEmpty()
                ? null
                : WaitSet.awaitEnds(left, EventLoop.callingTask("the close of a map"));
        results.forEach(Future::markRetrieved);
        return heard;
    }

    /// Returns what keeps the source from being closed, if anything does.
    private @Nullable Throwable closeSource() {
        if (sourceClosed || !(source instanceof AutoCloseable closeable)) {
            return null;
        }
        sourceClosed = true;
        try {
            closeable.close();
            return null;
        } catch (VirtualMachineError fatal) {
            throw fatal;
        } catch (Throwable failed) {
            return failed;
        }
    }

    /// Returns a form such as `<ParallelMap running=10 untaken=12>`.
    @Override
    public String toString() {
        return "<ParallelMap running=" + running.size() + " untaken=" + untaken + ">";
    }

    /// A source that need not be awaited.
    @SuppressWarnings("try") // Its `close` may throw whatever the source's own does.
    private static final class Elements<S> implements AsyncIterator<S>, AutoCloseable {
        private final Iterable<S> source;
        private @Nullable Iterator<S> elements;

        Elements(Iterable<S> source) {
            this.source = source;
        }

        @Override
        public Coroutine<Optional<S>> next() {
            return () -> {
                if (elements == null) {
                    elements = source.iterator();
                }
                return elements.hasNext()
                        ? Optional.of(Objects.requireNonNull(
                                elements.next(), "the source has an element that is null"))
                        : Optional.empty();
            };
        }

        @Override
        public void close() throws Exception {
            if (source instanceof AutoCloseable closeable) {
                closeable.close();
            }
        }
    }
}
