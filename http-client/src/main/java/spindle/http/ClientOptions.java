package spindle.http;

import spindle.http.wire.FieldLines;

import java.time.Duration;

/// What a [ClientSession] may be told. A value: `with…` returns a changed copy.
///
/// @param totalTimeout how long a request may take, from `get` to the last byte of its body,
///     waiting for a connection included
/// @param limit how many connections may be in use at one time; further requests wait, first
///     come, first served; 0 for no limit
/// @param keepAliveTimeout how long a connection may wait in the pool for its next request
/// @param maxBodyBytes the largest body that [ClientResponse#read()] will collect
/// @param userAgent what the session calls itself
public record ClientOptions(
        Duration totalTimeout,
        int limit,
        Duration keepAliveTimeout,
        int maxBodyBytes,
        String userAgent) {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private static final ClientOptions DEFAULTS = new ClientOptions(
            Duration.ofMinutes(5), 100, Duration.ofSeconds(15), 256 * 1024 * 1024, "spindle/0.1");

    /// Checks each option.
    public ClientOptions {
        requirePositive("totalTimeout", totalTimeout);
        requirePositive("keepAliveTimeout", keepAliveTimeout);
        // Whoever sets a timeout of "for ever" means one that never comes, not an overflow.
        totalTimeout = totalTimeout.compareTo(CENTURY) > 0 ? CENTURY : totalTimeout;
        keepAliveTimeout = keepAliveTimeout.compareTo(CENTURY) > 0 ? CENTURY : keepAliveTimeout;
        FieldLines _ = FieldLines.of("User-Agent", userAgent); // Refuses what cannot be sent.
        if (limit < 0) {
            throw new IllegalArgumentException(
                    "limit must be at least 0 (0 means none), was " + limit);
        }
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException(
                    "maxBodyBytes must be at least 0, was " + maxBodyBytes);
        }
    }

    private static void requirePositive(String name, Duration duration) {
        if (!duration.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive, was " + duration);
        }
    }

    /// Returns the defaults: 5 minutes in all, 100 connections, 15 s in the pool, 256 MiB of
    /// body.
    public static ClientOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with another total timeout.
    public ClientOptions withTotalTimeout(Duration totalTimeout) {
        return new ClientOptions(totalTimeout, limit, keepAliveTimeout, maxBodyBytes, userAgent);
    }

    /// Returns these options with another limit of connections; 0 for none.
    public ClientOptions withLimit(int limit) {
        return new ClientOptions(totalTimeout, limit, keepAliveTimeout, maxBodyBytes, userAgent);
    }

    /// Returns these options with another time that a connection may wait in the pool.
    public ClientOptions withKeepAliveTimeout(Duration keepAliveTimeout) {
        return new ClientOptions(totalTimeout, limit, keepAliveTimeout, maxBodyBytes, userAgent);
    }

    /// Returns these options with another limit on the size of a body.
    public ClientOptions withMaxBodyBytes(int maxBodyBytes) {
        return new ClientOptions(totalTimeout, limit, keepAliveTimeout, maxBodyBytes, userAgent);
    }

    /// Returns these options with another name for the client.
    public ClientOptions withUserAgent(String userAgent) {
        return new ClientOptions(totalTimeout, limit, keepAliveTimeout, maxBodyBytes, userAgent);
    }
}
