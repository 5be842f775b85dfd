package spindle.http.body;

/// Is told how far a body has been sent.
@FunctionalInterface
public interface ProgressListener {
    /// Called on the loop's thread after each piece that the connection has taken, which need not
    /// have reached the peer; never for an empty body, and from the beginning if the body is sent
    /// again. The pieces are the body's own; of a file they have a MiB. It must not block. What it
    /// throws ends the upload, which fails with it.
    ///
    /// @param sent how many bytes were sent in this attempt
    /// @param total how many bytes the body has, or -1 if that is not known
    void progressed(long sent, long total);
}
