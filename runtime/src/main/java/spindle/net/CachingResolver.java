package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Outcome;
import spindle.Task;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// Remembers what another resolver has answered, for a while.
///
/// - Questions for one name at one time share one query. Who gives up waiting harms nobody; when
///   the last one does, the query is cancelled, since nobody is left to want it, and a thread
///   that it would hold up is free for other names.
/// - Each answer has the addresses in another order, so that connections spread over them: each
///   family goes round among its own places, and the order of the families stays as it was
///   preferred.
/// - An address in place of a name is its own answer and asks nobody. Upper and lower case are
///   one.
///
/// Behind it may be another cache: the system's resolver is behind the JDK's. An answer can be as
/// old as both allow together.
///
/// For the tasks of one loop, the one in which it was made.
public final class CachingResolver implements Resolver {
    // fixed at construction
    private final EventLoop loop;
    private final Resolver resolver;
    private final ResolverCacheOptions options;

    // changes while running
    /// The oldest first.
    private final Map<String, Answer> answers = new LinkedHashMap<>();

    /// Those whose answers are to be remembered.
    private final Map<String, Query> queries = new HashMap<>();

    private CachingResolver(EventLoop loop, Resolver resolver, ResolverCacheOptions options) {
        this.loop = loop;
        this.resolver = resolver;
        this.options = options;
    }

    /// Returns a cache in front of a resolver, with [ResolverCacheOptions#defaults()].
    ///
    /// @throws IllegalStateException outside a running loop
    public static CachingResolver over(Resolver resolver) {
        return over(resolver, ResolverCacheOptions.defaults());
    }

    /// Returns a cache in front of a resolver.
    ///
    /// @throws IllegalStateException outside a running loop
    public static CachingResolver over(Resolver resolver, ResolverCacheOptions options) {
        return new CachingResolver(EventLoop.current(), resolver, options);
    }

    /// Returns the cache that a loop's users share.
    static CachingResolver shared(EventLoop loop) {
        return loop.resource(
                        Shared.class,
                        owner -> new Shared(new CachingResolver(
                                owner, Resolver.system(), ResolverCacheOptions.defaults())))
                .cache();
    }

    private record Shared(CachingResolver cache) implements AutoCloseable {
        @Override
        public void close() {
            cache.clear();
        }
    }

    // --- Asking ---

    @Override
    public Coroutine<List<InetAddress>> resolve(String host) {
        return () -> {
            InetAddress literal = Addresses.parse(host);
            if (literal != null) {
                return List.of(literal);
            }
            checkLoop();
            String name = normal(host);
            Answer answer = freshAnswer(name);
            if (answer == null) {
                answer = queries.computeIfAbsent(name, Query::new).answer();
            }
            return answer.take();
        };
    }

    private static String normal(String host) {
        return host.toLowerCase(Locale.ROOT);
    }

    private @Nullable Answer freshAnswer(String name) {
        Answer answer = answers.get(name);
        if (answer != null && loop.time() - answer.expiry >= 0) {
            answers.remove(name);
            return null;
        }
        return answer;
    }

    private void remember(String name, Answer answer) {
        if (loop.time() - answer.expiry >= 0) {
            return;
        }
        answers.remove(name); // So that it becomes the youngest.
        answers.put(name, answer);
        if (answers.size() > options.maxHosts()) {
            Iterator<Answer> oldest = answers.values().iterator();
            oldest.next();
            oldest.remove();
        }
    }

    private long expiry(Duration timeToLive) {
        return loop.time() + timeToLive.toNanos();
    }

    private void checkLoop() {
        if (EventLoop.current() != loop) {
            throw new IllegalStateException("expected to be asked in the loop in which it was made "
                    + "but was asked in another one: " + this);
        }
    }

    // --- Forgetting ---

    /// Forgets a name: who asks from now on asks anew, even if a query for it is under way.
    public void clear(String host) {
        answers.remove(normal(host));
        queries.remove(normal(host));
    }

    /// Forgets all names.
    public void clear() {
        answers.clear();
        queries.clear();
    }

    /// Returns a form such as `<CachingResolver hosts=12 queries=1>`.
    @Override
    public String toString() {
        return "<CachingResolver hosts=" + answers.size() + " queries=" + queries.size() + ">";
    }

    /// One question to the resolver behind, and who waits for its answer.
    private final class Query {
        private final String host;
        private final Task<List<InetAddress>> task;
        private final Set<Future<@Nullable Void>> waiters = new LinkedHashSet<>();

        /// What came of it, for all waiters; null until it is done, or if it was cancelled.
        private @Nullable Answer answer;

        Query(String host) {
            this.host = host;
            task = loop.createTask("resolve " + host, resolver.resolve(host));
            task.addDoneCallback(_ -> done());
        }

        /// Waits for the answer. Suspends the calling task.
        Answer answer() throws Exception {
            Future<@Nullable Void> answered = loop.createFuture("the addresses of " + host);
            waiters.add(answered);
            try {
                Async.await(answered);
            } catch (CancelledError givenUp) {
                waiters.remove(answered);
                if (waiters.isEmpty() && !task.isDone()) {
                    giveUp();
                }
                throw givenUp;
            }
            if (answer == null) {
                task.result(); // Throws what it failed with.
                throw new IllegalStateException("a query ended without an answer: " + task);
            }
            return answer;
        }

        /// Cancels the query, and waits until that has happened: nothing is to be left behind.
        private void giveUp() throws Exception {
            queries.remove(host, this);
            task.cancel("nobody waits for the addresses of " + host + " any more");
            Async.await(Async.waitAll(List.of(task)));
        }

        private void done() {
            boolean wanted = queries.remove(host, this);
            switch (task.outcome()) {
                case Outcome.Success<List<InetAddress>>(var addresses) -> answer = found(addresses);
                case Outcome.Failure<List<InetAddress>>(UnknownHostException unknown) ->
                    answer = new Answer(List.of(), unknown, expiry(options.negativeTimeToLive()));
                case Outcome.Failure<List<InetAddress>> _,
                        Outcome.Cancelled<List<InetAddress>> _ -> {}
            }
            if (wanted && answer != null) {
                remember(host, answer);
            }
            for (Future<@Nullable Void> waiter : waiters) {
                if (!waiter.isDone()) {
                    waiter.setResult(null);
                }
            }
        }

        private Answer found(List<InetAddress> addresses) {
            UnknownHostException none = addresses.isEmpty()
                    ? new UnknownHostException(host + ": the resolver has no address for it")
                    : null;
            return new Answer(
                    addresses,
                    none,
                    expiry(none == null ? options.timeToLive() : options.negativeTimeToLive()));
        }
    }

    /// What a resolver said: some addresses, or that there are none.
    private static final class Answer {
        private final List<InetAddress> addresses;
        private final @Nullable UnknownHostException failure;

        /// In the loop's time.
        private final long expiry;

        /// How often it was given.
        private int uses;

        Answer(List<InetAddress> addresses, @Nullable UnknownHostException failure, long expiry) {
            this.addresses = List.copyOf(addresses);
            this.failure = failure;
            this.expiry = expiry;
        }

        List<InetAddress> take() throws UnknownHostException {
            if (failure != null) {
                // One for each caller, who may add to it.
                UnknownHostException again = new UnknownHostException(failure.getMessage());
                again.initCause(failure);
                throw again;
            }
            List<InetAddress> rotated = new ArrayList<>(addresses);
            rotate(rotated, placesOf(4), uses);
            rotate(rotated, placesOf(16), uses);
            uses++;
            return rotated;
        }

        private List<Integer> placesOf(int addressBytes) {
            List<Integer> places = new ArrayList<>();
            for (int i = 0; i < addresses.size(); i++) {
                if (addresses.get(i).getAddress().length == addressBytes) {
                    places.add(i);
                }
            }
            return places;
        }

        /// Moves each of the addresses at some places by so many of these places.
        private void rotate(List<InetAddress> rotated, List<Integer> places, int by) {
            for (int i = 0; i < places.size(); i++) {
                int from = Math.floorMod(i + by, places.size());
                rotated.set(places.get(i), addresses.get(places.get(from)));
            }
        }
    }
}
