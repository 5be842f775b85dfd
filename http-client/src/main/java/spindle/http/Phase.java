package spindle.http;

/// What a request is busy with: each phase has a limit in [ClientTimeout] and a place in
/// [Timings].
public enum Phase {
    /// Waiting in line for a connection.
    POOL_WAIT(0, "poolWait", "waiting in line for a connection"),
    /// Finding the addresses of a name.
    DNS(1, "dns", "finding the addresses of the host"),
    /// Making a connection, through a proxy its tunnel too.
    CONNECT(2, "connect", "connecting"),
    /// Agreeing on TLS.
    TLS(3, "tls", "agreeing on TLS"),
    /// Sending the request.
    WRITE(4, "write", "sending the request"),
    /// Waiting for the head of the response.
    FIRST_BYTE(5, "firstByte", "waiting for the head of the response"),
    /// Reading the body.
    BODY(6, "body", "reading the body");

    static final int COUNT = 7;

    private final int index;
    private final String label;
    private final String activity;

    Phase(int index, String label, String activity) {
        this.index = index;
        this.label = label;
        this.activity = activity;
    }

    /// Returns its name in [Timings], such as `firstByte`.
    public String label() {
        return label;
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
