package spindle.http.cookie;

import java.time.Instant;
import java.util.Comparator;

/// A cookie in a jar, with what the jar knows about it.
final class StoredCookie {
    /// As they were set.
    static final Comparator<StoredCookie> BY_AGE =
            Comparator.comparing(StoredCookie::created).thenComparingLong(StoredCookie::number);

    /// As they are sent: the longest path first, then as they were set (RFC 6265 section 5.4).
    static final Comparator<StoredCookie> BY_SENDING = Comparator.comparingInt(
                    (StoredCookie stored) -> -stored.cookie().path().length())
            .thenComparing(BY_AGE);

    /// As they are given up: those without protection first, since they can be set without it, and
    /// then those that were not used for the longest time.
    static final Comparator<StoredCookie> BY_WORTH = Comparator.comparing(
                    (StoredCookie stored) -> stored.cookie().secure())
            .thenComparingLong(StoredCookie::lastUse);

    // fixed at construction
    private final Cookie cookie;
    private final String site;
    private final Instant created;

    /// Tells cookies of the same instant apart.
    private final long number;

    // changes while running
    private long lastUse;

    StoredCookie(Cookie cookie, String site, Instant created, long number, long lastUse) {
        this.cookie = cookie;
        this.site = site;
        this.created = created;
        this.number = number;
        this.lastUse = lastUse;
    }

    Cookie cookie() {
        return cookie;
    }

    String site() {
        return site;
    }

    Instant created() {
        return created;
    }

    long number() {
        return number;
    }

    long lastUse() {
        return lastUse;
    }

    void use(long use) {
        lastUse = use;
    }

    @Override
    public String toString() {
        return cookie.toString();
    }
}
