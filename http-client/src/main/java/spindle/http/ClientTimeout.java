package spindle.http;

import java.time.Duration;

/// How long a request may take, in all and in each of its phases. A value: `with…` returns a
/// changed copy. Zero is no limit.
///
/// ```
///  poolWait   dns   connect   tls   write   firstByte   betweenBytes …
/// |------------------------------ total ------------------------------|
/// ```
///
/// What runs out is named in the error, with the time that each phase has taken
/// ([ClientException.Timeout]).
///
/// @param total from the call to the last byte of the body: redirects, retries and waiting for
///     a connection included
/// @param poolWait waiting in line for a connection because of the pool's limits
/// @param dns finding the addresses of the host, or of the proxy
/// @param connect making one TCP connection, by whichever of the addresses; through a proxy,
///     its tunnel too
/// @param tls one TLS handshake
/// @param write how long the peer may take in nothing of the request while there is some to
///     send
/// @param firstByte from when the request is sent to the end of the response's head
/// @param betweenBytes how long nothing of the body may come. It does not run while the body is
///     not being read, which stops the peer
public record ClientTimeout(
        Duration total,
        Duration poolWait,
        Duration dns,
        Duration connect,
        Duration tls,
        Duration write,
        Duration firstByte,
        Duration betweenBytes) {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private static final ClientTimeout NONE = new ClientTimeout(
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO,
            Duration.ZERO);

    private static final ClientTimeout DEFAULTS = NONE.withTotal(Duration.ofMinutes(5))
            .withConnect(Duration.ofSeconds(30))
            .withTls(Duration.ofSeconds(30));

    /// Checks each limit.
    public ClientTimeout {
        total = bounded("total", total);
        poolWait = bounded("poolWait", poolWait);
        dns = bounded("dns", dns);
        connect = bounded("connect", connect);
        tls = bounded("tls", tls);
        write = bounded("write", write);
        firstByte = bounded("firstByte", firstByte);
        betweenBytes = bounded("betweenBytes", betweenBytes);
    }

    private static Duration bounded(String name, Duration limit) {
        if (limit.isNegative()) {
            throw new IllegalArgumentException(
                    "the timeout " + name + " must be positive, or zero for none, was " + limit);
        }
        // Whoever says "for ever" means a time that does not come, not an overflow.
        return limit.compareTo(CENTURY) > 0 ? CENTURY : limit;
    }

    /// Returns 5 minutes in all, 30 s to connect and 30 s for TLS.
    public static ClientTimeout defaults() {
        return DEFAULTS;
    }

    /// Returns no limit at all.
    public static ClientTimeout none() {
        return NONE;
    }

    /// Returns the defaults with another limit in all.
    public static ClientTimeout ofTotal(Duration total) {
        return DEFAULTS.withTotal(total);
    }

    /// Returns these with another limit in all.
    public ClientTimeout withTotal(Duration limit) {
        return new ClientTimeout(
                limit, poolWait, dns, connect, tls, write, firstByte, betweenBytes);
    }

    /// Returns these with another limit for waiting in line.
    public ClientTimeout withPoolWait(Duration limit) {
        return new ClientTimeout(total, limit, dns, connect, tls, write, firstByte, betweenBytes);
    }

    /// Returns these with another limit for finding addresses.
    public ClientTimeout withDns(Duration limit) {
        return new ClientTimeout(
                total, poolWait, limit, connect, tls, write, firstByte, betweenBytes);
    }

    /// Returns these with another limit for connecting.
    public ClientTimeout withConnect(Duration limit) {
        return new ClientTimeout(total, poolWait, dns, limit, tls, write, firstByte, betweenBytes);
    }

    /// Returns these with another limit for a TLS handshake.
    public ClientTimeout withTls(Duration limit) {
        return new ClientTimeout(
                total, poolWait, dns, connect, limit, write, firstByte, betweenBytes);
    }

    /// Returns these with another limit for a peer that takes in nothing.
    public ClientTimeout withWrite(Duration limit) {
        return new ClientTimeout(
                total, poolWait, dns, connect, tls, limit, firstByte, betweenBytes);
    }

    /// Returns these with another limit for the head of the response.
    public ClientTimeout withFirstByte(Duration limit) {
        return new ClientTimeout(total, poolWait, dns, connect, tls, write, limit, betweenBytes);
    }

    /// Returns these with another limit for gaps in the body.
    public ClientTimeout withBetweenBytes(Duration limit) {
        return new ClientTimeout(total, poolWait, dns, connect, tls, write, firstByte, limit);
    }
}
