package spindle.http.simulation;

/// One response that a [LyingServer] sends, as the [Ledger] knows it.
final class Answer {
    /// What may come of it.
    enum Truth {
        /// Whoever reads it to its end has read just this body.
        WHOLE,
        /// Where it ends cannot be told: whoever reads it to its end has read a part of the body.
        PREFIX,
        /// Nobody reads it to its end.
        BROKEN,
        /// It cannot be said.
        ANY
    }

    /// The request of an answer that nobody has asked for.
    static final int NOBODY = -1;

    // fixed at construction
    final int serial;

    /// Whom it was made for.
    final int request;

    final int connection;

    // changes while the answer is made
    Truth truth = Truth.WHOLE;

    /// As it was before any coding.
    byte[] body = {};

    boolean coded;

    // changes while running
    /// When its first byte was sent.
    long sentAt = Long.MAX_VALUE;

    Answer(int serial, int request, int connection) {
        this.serial = serial;
        this.request = request;
        this.connection = connection;
    }

    /// Returns what is in the field `X-Answer`.
    String marker() {
        return "X-Answer: " + serial + "\r\n";
    }

    @Override
    public String toString() {
        return "answer " + serial + " to request " + request + " on connection " + connection + " ("
                + truth + ", " + body.length + " bytes)";
    }
}
