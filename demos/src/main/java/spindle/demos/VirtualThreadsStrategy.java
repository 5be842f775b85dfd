package spindle.demos;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Blocking requests, each on a virtual thread of its own. The JDK unmounts a virtual thread that
/// blocks, so this is as quick as coroutines; but any two of the threads may run at the same time,
/// and what they share needs locks.
final class VirtualThreadsStrategy implements Strategy {
    @Override
    public String title() {
        return "virtual-threads";
    }

    @Override
    public String articleFigure() {
        return NO_FIGURE;
    }

    @Override
    public void run(RaceCourse course, RaceLap lap) {
        lap.start();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < course.requests(); i++) {
                threads.execute(() -> lap.attemptOnVirtualThread(
                        () -> BlockingGet.get(course.server(), course.patience())));
            }
        }
    }
}
