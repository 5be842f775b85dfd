package spindle.demos;

import java.util.List;

/// A way to make many requests to a server that is slow to answer.
interface Strategy {
    /// What the article has no figure for.
    String NO_FIGURE = "-";

    /// Returns the ways that a race knows, in the order in which it tries them.
    static List<Strategy> all() {
        return List.of(
                new SerialStrategy(),
                new ThreadPoolStrategy(),
                new VirtualThreadsStrategy(),
                new BlockingInCoroutineStrategy(),
                new CoroutinesStrategy());
    }

    /// Returns what the table and the command line call it.
    String title();

    /// Returns how long the article took in this way.
    String articleFigure();

    /// Returns how many requests it makes: those of the course, unless that would take too long.
    default int attempts(RaceCourse course) {
        return course.requests();
    }

    /// Makes the requests and tells `lap` of each. Returns when all have ended.
    ///
    /// @throws Exception if it could not even try; a request that fails is told to `lap`
    void run(RaceCourse course, RaceLap lap) throws Exception;
}
