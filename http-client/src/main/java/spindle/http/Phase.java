package spindle.http;

/// What a request is busy with: each phase has a limit in [ClientTimeout] and a place in
/// [Timings].
public enum Phase {
    /// Waiting in line for a connection.
    POOL_WAIT(0, "waiting in line for a connection"),
    /// Finding the addresses of a name.
    DNS(1, "finding the addresses of the host"),
    /// Making a connection, through a proxy its tunnel too.
    CONNECT(2, "connecting"),
    /// Agreeing on TLS.
    TLS(3, "agreeing on TLS"),
    /// Sending the request.
    WRITE(4, "sending the request"),
    /// Waiting for the head of the response.
    FIRST_BYTE(5, "waiting for the head of the response"),
    /// Reading the body.
    BODY(6, "reading the body");

    static final int COUNT = 7;

    private final int index;
    private final String activity;

    Phase(int index, String activity) {
        this.index = index;
        this.activity = activity;
    }

    /// Returns its place among all, from 0.
    int index() {
        return index;
    }

    /// Returns the phase in words, as in `reading the body`.
    @Override
    public String toString() {
        return activity;
    }
}
