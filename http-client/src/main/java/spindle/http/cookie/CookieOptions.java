package spindle.http.cookie;

import spindle.http.url.Url;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/// What a [CookieJar] may be told. A value: `with…` returns a changed copy.
///
/// @param maxNameAndValueBytes how many bytes name and value may have together; a cookie with more
///     is refused
/// @param maxAttributeBytes how many bytes the value of an attribute may have; one with more is
///     ignored
/// @param maxCookiesPerSite how many cookies the hosts of one site (its public suffix and one label
///     more) may have
/// @param maxCookies how many cookies there may be in all
/// @param maxLifetime how long a cookie that a server sets may last
/// @param trustedOrigins where secure cookies may be set from, and sent to, without https: such as
///     `http://localhost:8080`
public record CookieOptions(
        int maxNameAndValueBytes,
        int maxAttributeBytes,
        int maxCookiesPerSite,
        int maxCookies,
        Duration maxLifetime,
        Set<String> trustedOrigins) {
    private static final Duration CENTURY = Duration.ofDays(36_500);

    private static final CookieOptions DEFAULTS =
            new CookieOptions(4096, 1024, 180, 3000, Duration.ofDays(400), Set.of());

    /// Checks each option.
    public CookieOptions {
        requireAtLeast(1, "maxNameAndValueBytes", maxNameAndValueBytes);
        requireAtLeast(0, "maxAttributeBytes", maxAttributeBytes);
        requireAtLeast(1, "maxCookiesPerSite", maxCookiesPerSite);
        requireAtLeast(1, "maxCookies", maxCookies);
        if (!maxLifetime.isPositive()) {
            throw new IllegalArgumentException("maxLifetime must be positive, was " + maxLifetime);
        }
        // Whoever says "for ever" means one that never ends, not an overflow.
        maxLifetime = maxLifetime.compareTo(CENTURY) > 0 ? CENTURY : maxLifetime;
        trustedOrigins = trustedOrigins.stream()
                .map(origin -> Url.parse(origin).origin())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static void requireAtLeast(int least, String name, int value) {
        if (value < least) {
            throw new IllegalArgumentException(
                    name + " must be at least " + least + ", was " + value);
        }
    }

    /// Returns the defaults, which are those of browsers: 4096 bytes of name and value, 1024 of an
    /// attribute, 180 cookies of a site, 3000 in all, 400 days, and no trust without https.
    public static CookieOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with another limit on name and value.
    public CookieOptions withMaxNameAndValueBytes(int maxNameAndValueBytes) {
        return new CookieOptions(
                maxNameAndValueBytes,
                maxAttributeBytes,
                maxCookiesPerSite,
                maxCookies,
                maxLifetime,
                trustedOrigins);
    }

    /// Returns these options with another limit on the values of attributes.
    public CookieOptions withMaxAttributeBytes(int maxAttributeBytes) {
        return new CookieOptions(
                maxNameAndValueBytes,
                maxAttributeBytes,
                maxCookiesPerSite,
                maxCookies,
                maxLifetime,
                trustedOrigins);
    }

    /// Returns these options with another limit on the cookies of one site.
    public CookieOptions withMaxCookiesPerSite(int maxCookiesPerSite) {
        return new CookieOptions(
                maxNameAndValueBytes,
                maxAttributeBytes,
                maxCookiesPerSite,
                maxCookies,
                maxLifetime,
                trustedOrigins);
    }

    /// Returns these options with another limit on all cookies.
    public CookieOptions withMaxCookies(int maxCookies) {
        return new CookieOptions(
                maxNameAndValueBytes,
                maxAttributeBytes,
                maxCookiesPerSite,
                maxCookies,
                maxLifetime,
                trustedOrigins);
    }

    /// Returns these options with another limit on how long a cookie lasts.
    public CookieOptions withMaxLifetime(Duration maxLifetime) {
        return new CookieOptions(
                maxNameAndValueBytes,
                maxAttributeBytes,
                maxCookiesPerSite,
                maxCookies,
                maxLifetime,
                trustedOrigins);
    }

    /// Returns these options with other origins that are trusted without https.
    ///
    /// @throws spindle.http.url.InvalidUrlException if one of them is no URL
    public CookieOptions withTrustedOrigins(String... origins) {
        return new CookieOptions(
                maxNameAndValueBytes,
                maxAttributeBytes,
                maxCookiesPerSite,
                maxCookies,
                maxLifetime,
                Set.copyOf(Arrays.asList(origins)));
    }
}
