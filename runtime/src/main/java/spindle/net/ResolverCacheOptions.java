package spindle.net;

import java.time.Duration;

/// How a [CachingResolver] remembers. A value: `with…` returns a changed copy.
///
/// @param timeToLive how long an answer counts; zero remembers none, and concurrent questions
///     still share one query
/// @param negativeTimeToLive how long it counts that a name is unknown; zero asks again each time
/// @param maxHosts how many names are remembered at the most; the oldest answer goes first
public record ResolverCacheOptions(Duration timeToLive, Duration negativeTimeToLive, int maxHosts) {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private static final ResolverCacheOptions DEFAULTS =
            new ResolverCacheOptions(Duration.ofSeconds(10), Duration.ZERO, 1000);

    /// Checks each option.
    public ResolverCacheOptions {
        if (timeToLive.isNegative() || negativeTimeToLive.isNegative() || maxHosts < 1) {
            throw new IllegalArgumentException(
                    "expected times of at least zero and room for at least one host but they are "
                            + timeToLive + ", " + negativeTimeToLive + " and " + maxHosts);
        }
        // Whoever says "for ever" means a time that does not come, not an overflow.
        timeToLive = timeToLive.compareTo(CENTURY) > 0 ? CENTURY : timeToLive;
        negativeTimeToLive =
                negativeTimeToLive.compareTo(CENTURY) > 0 ? CENTURY : negativeTimeToLive;
    }

    /// Returns 10 s, zero and 1000 hosts.
    ///
    /// Ten seconds, as in aiohttp: a burst of connections to one host asks once, and a host that
    /// has moved is found soon. Failures are not remembered, because a name that is not there
    /// may be about to come, a network that is down too; and the JDK remembers those of the
    /// system for 10 s in any case.
    public static ResolverCacheOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with another time for answers.
    public ResolverCacheOptions withTimeToLive(Duration time) {
        return new ResolverCacheOptions(time, negativeTimeToLive, maxHosts);
    }

    /// Returns these options with another time for unknown names.
    public ResolverCacheOptions withNegativeTimeToLive(Duration time) {
        return new ResolverCacheOptions(timeToLive, time, maxHosts);
    }

    /// Returns these options with room for another number of names.
    public ResolverCacheOptions withMaxHosts(int hosts) {
        return new ResolverCacheOptions(timeToLive, negativeTimeToLive, hosts);
    }
}
