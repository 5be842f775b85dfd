package spindle.demos;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Blocking requests on a few platform threads. Stands beside the article's eight processes, which
/// wait in the same way and cost more.
final class ThreadPoolStrategy implements Strategy {
    private static final Duration LONGEST = Duration.ofSeconds(60);

    @Override
    public String title() {
        return "thread-pool";
    }

    @Override
    public String articleFigure() {
        return "48 s";
    }

    @Override
    public int attempts(RaceCourse course) {
        return course.fitting(LONGEST, course.workers());
    }

    @Override
    public void run(RaceCourse course, RaceLap lap) {
        lap.start();
        try (ExecutorService pool = Executors.newFixedThreadPool(course.workers())) {
            for (int i = 0; i < attempts(course); i++) {
                pool.execute(() ->
                        lap.attempt(() -> BlockingGet.get(course.server(), course.patience())));
            }
        }
    }
}
