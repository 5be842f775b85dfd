package spindle.files;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One of the threads that wait for files. It cannot be interrupted while it does.
///
/// A call on another thread that is given up is interrupted ([spindle.Async#runBlocking]), and a
/// [java.nio.channels.FileChannel] closes itself if the thread that uses it is: one reader that
/// lost patience would close the file under everybody else. The interrupt that ends an idle
/// thread of a pool comes between two operations, and counts.
final class FileThread extends Thread {
    private static final int THREADS = 4;
    private static final long IDLE_SECONDS = 10;

    /// Written by this thread alone. An operation is only interrupted between its start and its
    /// end, so nobody needs to know better than this.
    private volatile boolean working;

    private FileThread(Runnable worker, String name) {
        super(null, worker, name, 0, false);
        setDaemon(true);
    }

    /// Returns a pool of such threads. They start when they are needed, and end when they have
    /// been idle for a while.
    static ExecutorService newPool() {
        AtomicInteger count = new AtomicInteger();
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new LinkedBlockingQueue<>(),
                        worker -> new FileThread(
                                worker, "spindle-files-" + count.incrementAndGet())) {
                    @Override
                    public void execute(Runnable operation) {
                        super.execute(() -> work(operation));
                    }
                };
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /// Called on such a thread.
    private static void work(Runnable operation) {
        FileThread thread = (FileThread) Thread.currentThread();
        thread.working = true;
        try {
            operation.run();
        } finally {
            thread.working = false;
        }
    }

    @Override
    public void interrupt() {
        if (!working) {
            super.interrupt();
        }
    }
}
