package spindle.net;

import spindle.Async;
import spindle.Coroutine;

import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The JDK's [InetAddress#getAllByName], off the loop. An address in place of a name needs no
/// thread.
final class SystemResolver implements Resolver {
    /// The only one: all loops share its threads, as they share the JDK's cache of names.
    static final SystemResolver INSTANCE = new SystemResolver();

    private static final int THREADS = 4;

    private final ExecutorService threads = newThreads();

    private SystemResolver() {}

    private static ExecutorService newThreads() {
        ThreadFactory factory =
                Thread.ofPlatform().daemon().name("spindle-resolver-", 1).factory();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    @Override
    public Coroutine<List<InetAddress>> resolve(String host) {
        return () -> {
            InetAddress literal = Addresses.parse(host);
            return literal != null
                    ? List.of(literal)
                    : Async.await(Async.runBlocking(
                            threads, () -> List.of(InetAddress.getAllByName(host))));
        };
    }
}
