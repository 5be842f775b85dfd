package spindle.http;

import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The sessions of a loop that are still open: the loop closes them, and says that they were not.
final class OpenSessions implements AutoCloseable {
    private final EventLoop loop;
    private final Set<ClientSession> sessions = new LinkedHashSet<>();

    private OpenSessions(EventLoop loop) {
        this.loop = loop;
    }

    static OpenSessions of(EventLoop loop) {
        return loop.resource(OpenSessions.class, OpenSessions::new);
    }

    void add(ClientSession session) {
        sessions.add(session);
    }

    void remove(ClientSession session) {
        sessions.remove(session);
    }

    /// Called by the loop when it is closed.
    @Override
    public void close() {
        for (ClientSession session : List.copyOf(sessions)) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "client session was never closed: open it in a try-with-resources",
                    null,
                    session));
            session.closeWithLoop();
        }
    }
}
