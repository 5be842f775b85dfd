package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;

import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// What a session has under way, and waits for when it is closed: connections until they are over,
/// tasks that make one, tasks that send a body.
///
/// A transport that is lost to TLS, or leads to a proxy, is in here by the task that is making a
/// connection of it: giving up, that aborts it. Aborted, a transport is over in the next turn, and
/// whoever waits for the task wakes after that.
final class Unfinished {
    /// How long connections are given to end in good order, and tasks to clean up.
    private static final Duration FAREWELL = Duration.ofSeconds(1);

    // fixed at construction
    private final EventLoop loop;

    // changes while running
    private final Set<HttpConnection> connections = new LinkedHashSet<>();

    /// A task connects once at a time.
    private final Set<Task<?>> connecting = new LinkedHashSet<>();

    private final Set<Task<?>> uploads = new LinkedHashSet<>();

    /// Present while the closing waits for something to end.
    private @Nullable Future<@Nullable Void> change;

    Unfinished(EventLoop loop) {
        this.loop = loop;
    }

    // --- What there is ---

    void opened(HttpConnection connection) {
        connections.add(connection);
    }

    void lost(HttpConnection connection) {
        connections.remove(connection);
        tellChange();
    }

    void connecting(Task<?> task) {
        connecting.add(task);
    }

    void connected(Task<?> task) {
        connecting.remove(task);
        tellChange();
    }

    /// Keeps a task until it is done.
    void uploading(Task<?> task) {
        uploads.add(task);
        task.addDoneCallback(_ -> {
            uploads.remove(task);
            tellChange();
        });
    }

    private void tellChange() {
        if (change != null && !change.isDone()) {
            change.setResult(null);
        }
    }

    /// Returns the connections that have a transport now, whatever becomes of them meanwhile.
    List<HttpConnection> connections() {
        return List.copyOf(connections);
    }

    // --- Their end ---

    void cancelConnecting() {
        List.copyOf(connecting).forEach(task -> task.cancel("the session was closed"));
    }

    /// Waits until all has ended, a second at the most: then the connections that are left are
    /// aborted. Suspends the calling task.
    void awaitNone() throws Exception {
        // What if it is one of them that closes the session, from a listener or a body?
        Task<?> calling = Async.currentTask();
        connecting.remove(calling);
        uploads.remove(calling);
        boolean inGoodOrder = Async.await(Async.moveOnAfter(FAREWELL, () -> {
            while (!connections.isEmpty() || !connecting.isEmpty() || !uploads.isEmpty()) {
                awaitChange();
            }
        }));
        if (!inGoodOrder) {
            abortAll();
            while (!connections.isEmpty()) {
                awaitChange();
            }
        }
    }

    void abortAll() {
        connections().forEach(HttpConnection::abort);
    }

    private void awaitChange() throws Exception {
        Future<@Nullable Void> next = loop.createFuture("the end of what a session has under way");
        change = next;
        Async.await(next);
    }

    @Override
    public String toString() {
        return "<Unfinished connections=" + connections.size() + " connecting=" + connecting.size()
                + " uploads=" + uploads.size() + ">";
    }
}
