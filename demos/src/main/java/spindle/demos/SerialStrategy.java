package spindle.demos;

import java.time.Duration;

/// Blocking requests, one after another, on the main thread: the article's single process.
final class SerialStrategy implements Strategy {
    /// Longer than this it bores, and shows nothing new.
    private static final Duration LONGEST = Duration.ofSeconds(10);

    @Override
    public String title() {
        return "serial";
    }

    @Override
    public String articleFigure() {
        return "305 s";
    }

    /// Returns what fits if a request took no longer than the server does; [#run] looks at the
    /// clock.
    @Override
    public int attempts(RaceCourse course) {
        return course.fitting(LONGEST, 1);
    }

    @Override
    public void run(RaceCourse course, RaceLap lap) {
        lap.start();
        for (int i = 0; i < attempts(course) && !lap.hasLasted(LONGEST); i++) {
            lap.attempt(() -> BlockingGet.get(course.server(), course.patience()));
        }
    }
}
