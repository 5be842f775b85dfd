package spindle.http;

import spindle.Task;

/// Who has an [HttpConnection] when no request does: the pool, or whoever opens a tunnel.
interface ConnectionOwner {
    /// It has a transport from now on.
    void opened(HttpConnection connection);

    /// A task of its own sends the body of a request on it.
    void uploading(Task<?> upload);

    /// Its exchange has ended.
    ///
    /// @param usable whether it may carry another request
    void release(HttpConnection connection, boolean usable);

    /// Something arrived while no exchange was under way: it is of no use any more.
    void dropIdle(HttpConnection connection);

    /// It has switched to another protocol, and carries no requests any more.
    void detach(HttpConnection connection);

    /// Somebody speaks that protocol: it is none of the owner's business from now on.
    void forget(HttpConnection connection);

    /// It is over.
    void lost(HttpConnection connection);
}
