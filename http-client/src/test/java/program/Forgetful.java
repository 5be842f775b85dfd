package program;

import static spindle.Async.await;

import spindle.http.ClientResponse;
import spindle.http.ClientSession;

/// A program of somebody else's that forgets things.
public final class Forgetful {
    private Forgetful() {}

    /// Asks for a response and leaves it to others to close it. Suspends the calling task.
    public static ClientResponse open(ClientSession session, String url) throws Exception {
        return await(session.get(url));
    }
}
