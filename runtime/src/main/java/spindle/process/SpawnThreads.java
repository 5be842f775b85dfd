package spindle.process;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// The threads on which processes are started and signals sent, a few for all loops. Platform
/// threads: a virtual one holds on to its carrier while the system forks.
final class SpawnThreads {
    private static final int THREADS = 4;

    static final ExecutorService POOL = newPool();

    private SpawnThreads() {}

    private static ExecutorService newPool() {
        ThreadFactory factory =
                Thread.ofPlatform().daemon().name("spindle-process-", 1).factory();
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), factory);
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }
}
