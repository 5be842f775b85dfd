package spindle.http;

/// What the pool of a session has and has done.
///
/// @param inUse connections that carry a request, are being made, or are promised to a request in
///     line
/// @param idle connections that wait for their next request
/// @param waiting requests in line
/// @param hosts hosts with any of these
/// @param made connections made so far
/// @param reused requests that went out on a connection that had served before
/// @param failed connections that came to nothing
public record PoolStatistics(
        int inUse, int idle, int waiting, int hosts, long made, long reused, long failed) {}
