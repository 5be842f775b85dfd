package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.gather;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;

import java.time.Duration;
import java.util.Collections;

/// The article's pitfall: coroutines, gathered as they should be, in which a blocking call waits.
///
/// A coroutine gives way to the others where it awaits, and a blocking call awaits nothing. So the
/// loop stands still with each of them, and they run one after another, as in [SerialStrategy].
final class BlockingInCoroutineStrategy implements Strategy {
    /// The article's number: enough to show it.
    private static final int FEW = 5;

    private static final Duration LONGEST = Duration.ofSeconds(15);

    @Override
    public String title() {
        return "blocking-in-coroutine";
    }

    @Override
    public String articleFigure() {
        return "15 s for 5";
    }

    @Override
    public int attempts(RaceCourse course) {
        return Math.min(FEW, course.fitting(LONGEST, 1));
    }

    @Override
    public void run(RaceCourse course, RaceLap lap) throws Exception {
        Async.run(() -> {
            lap.start();
            await(gather(Collections.nCopies(attempts(course), request(course, lap))));
        });
    }

    private static Coroutine<@Nullable Void> request(RaceCourse course, RaceLap lap) {
        return () -> {
            lap.attempt(() -> BlockingGet.get(course.server(), course.patience()));
            return null;
        };
    }
}
