package spindle.files;

import spindle.EventLoop;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;

/// What a loop's users of files share: the threads, the order of the changes to each path, and
/// the files that are open. Closed with the loop.
final class LoopFiles implements AutoCloseable {
    private static final int FEW_LANES = 64;

    // fixed at construction
    private final ExecutorService threads = FileThread.newPool();

    // changes while running
    private final Map<Path, FileLane> lanes = new HashMap<>();
    private final Set<AsyncFile> open = new LinkedHashSet<>();

    /// How many lanes there may be before those that nobody uses any more are dropped: twice as
    /// many as were left the last time, so that looking for them costs next to nothing.
    private int mostLanes = FEW_LANES;

    private LoopFiles() {}

    static LoopFiles of(EventLoop loop) {
        return loop.resource(LoopFiles.class, _ -> new LoopFiles());
    }

    Executor threads() {
        return threads;
    }

    /// Returns where the changes of a path stand in line. To be used at once: what is idle may be
    /// replaced.
    FileLane laneOf(Path path) {
        if (lanes.size() >= mostLanes) {
            lanes.values().removeIf(FileLane::isIdle);
            mostLanes = Math.max(FEW_LANES, 2 * lanes.size());
        }
        return lanes.computeIfAbsent(path.toAbsolutePath().normalize(), _ -> new FileLane(threads));
    }

    void add(AsyncFile file) {
        open.add(file);
    }

    void remove(AsyncFile file) {
        open.remove(file);
    }

    /// Does not wait: the threads end once they have done what they were told to.
    @Override
    public void close() {
        List.copyOf(open).forEach(AsyncFile::closeWithLoop);
        open.clear();
        threads.shutdown();
    }
}
