package spindle.http;

import java.time.Duration;

/// How many connections a session may have, and for how long. A value: `with…` returns a changed
/// copy.
///
/// @param limit how many may be in use at one time; further requests wait, first come, first
///     served; 0 for no limit
/// @param limitPerHost how many of these may be in use for one host, by which are meant scheme,
///     name, port, proxy and TLS settings together; 0 for no limit
/// @param maxIdle how many may wait for their next request; the one that has waited longest goes
///     first; 0 keeps none
/// @param keepAliveTimeout how long one may wait for its next request, unless its server has
///     announced less (`Keep-Alive: timeout=5`)
public record PoolOptions(int limit, int limitPerHost, int maxIdle, Duration keepAliveTimeout) {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private static final PoolOptions DEFAULTS =
            new PoolOptions(100, 0, 1000, Duration.ofSeconds(15));

    /// Checks each option.
    public PoolOptions {
        requireAtLeastZero("limit", limit, " (0 means none)");
        requireAtLeastZero("limitPerHost", limitPerHost, " (0 means none)");
        requireAtLeastZero("maxIdle", maxIdle, "");
        if (!keepAliveTimeout.isPositive()) {
            throw new IllegalArgumentException(
                    "keepAliveTimeout must be positive, was " + keepAliveTimeout);
        }
        keepAliveTimeout = keepAliveTimeout.compareTo(CENTURY) > 0 ? CENTURY : keepAliveTimeout;
    }

    private static void requireAtLeastZero(String name, int value, String note) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    name + " must be at least 0" + note + ", was " + value);
        }
    }

    /// Returns 100 connections in use, no limit per host, 1000 idle ones, 15 s.
    public static PoolOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these with another limit of connections in use; 0 for none.
    public PoolOptions withLimit(int limit) {
        return new PoolOptions(limit, limitPerHost, maxIdle, keepAliveTimeout);
    }

    /// Returns these with another limit for each host; 0 for none.
    public PoolOptions withLimitPerHost(int limitPerHost) {
        return new PoolOptions(limit, limitPerHost, maxIdle, keepAliveTimeout);
    }

    /// Returns these with room for another number of idle connections.
    public PoolOptions withMaxIdle(int maxIdle) {
        return new PoolOptions(limit, limitPerHost, maxIdle, keepAliveTimeout);
    }

    /// Returns these with another time that a connection may be idle.
    public PoolOptions withKeepAliveTimeout(Duration keepAliveTimeout) {
        return new PoolOptions(limit, limitPerHost, maxIdle, keepAliveTimeout);
    }
}
