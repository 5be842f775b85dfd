package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.http.url.Url;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/// The cookies of a jar, found by domain and counted by site.
final class StoredCookies {
    // fixed at construction
    private final CookieOptions options;
    private final Map<String, List<StoredCookie>> byDomain = new HashMap<>();
    private final Map<String, Integer> countBySite = new HashMap<>();

    // changes while running

    /// The sum of `countBySite`, and of the sizes of the lists in `byDomain`.
    private int size;

    /// Counts what is set and what is sent, so that the order of both is known.
    private long lastNumber;

    /// No cookie ends before.
    private Instant nextEnd = Instant.MAX;

    StoredCookies(CookieOptions options) {
        this.options = options;
    }

    boolean isEmpty() {
        return size == 0;
    }

    int size() {
        return size;
    }

    int siteCount() {
        return countBySite.size();
    }

    // --- Adding ---

    /// Adds a cookie, in the place of the one with its key if there is one: then that one's time
    /// of creation and its place in the order stay. Drops what is too much after that.
    void put(Cookie cookie, Instant created) {
        StoredCookie old = find(cookie);
        long number = ++lastNumber;
        StoredCookie stored = old == null
                ? new StoredCookie(
                        cookie, PublicSuffixes.siteOf(cookie.domain()), created, number, number)
                : new StoredCookie(cookie, old.site(), old.created(), old.number(), number);
        if (old != null) {
            remove(old);
        }
        byDomain.computeIfAbsent(cookie.domain(), _ -> new ArrayList<>()).add(stored);
        countBySite.merge(stored.site(), 1, Integer::sum);
        size++;
        if (cookie.expires() != null && cookie.expires().isBefore(nextEnd)) {
            nextEnd = cookie.expires();
        }
        evict(stored.site());
    }

    private @Nullable StoredCookie find(Cookie key) {
        for (StoredCookie stored : of(key.domain())) {
            if (stored.cookie().hasKeyOf(key)) {
                return stored;
            }
        }
        return null;
    }

    private List<StoredCookie> of(String domain) {
        return byDomain.getOrDefault(domain, List.of());
    }

    private void evict(String site) {
        while (countBySite.getOrDefault(site, 0) > options.maxCookiesPerSite()) {
            remove(leastOf(site));
        }
        while (size > options.maxCookies()) {
            remove(leastOf(fullestSite()));
        }
    }

    private StoredCookie leastOf(String site) {
        return Collections.min(select(stored -> stored.site().equals(site)), StoredCookie.BY_WORTH);
    }

    private String fullestSite() {
        return Collections.max(countBySite.entrySet(), Map.Entry.comparingByValue())
                .getKey();
    }

    // --- Removing ---

    /// Removes the cookie with the key of this one.
    void removeKeyOf(Cookie key) {
        StoredCookie stored = find(key);
        if (stored != null) {
            remove(stored);
        }
    }

    /// Costs nothing until the first cookie ends.
    void removeExpired(Instant now) {
        if (now.isBefore(nextEnd)) {
            return;
        }
        removeIf(cookie -> cookie.isExpired(now));
        nextEnd = Instant.MAX;
        for (StoredCookie stored : all()) {
            Instant end = stored.cookie().expires();
            nextEnd = end != null && end.isBefore(nextEnd) ? end : nextEnd;
        }
    }

    /// Asks about each before any is removed: a condition that throws changes nothing.
    void removeIf(Predicate<? super Cookie> condition) {
        select(stored -> condition.test(stored.cookie())).forEach(this::remove);
    }

    void clear() {
        byDomain.clear();
        countBySite.clear();
        size = 0;
        nextEnd = Instant.MAX;
    }

    private void remove(StoredCookie stored) {
        String domain = stored.cookie().domain();
        List<StoredCookie> others = of(domain);
        others.remove(stored);
        if (others.isEmpty()) {
            byDomain.remove(domain);
        }
        countBySite.computeIfPresent(
                stored.site(), (_, count) -> count == 1 ? null : Integer.valueOf(count - 1));
        size--;
    }

    // --- Asking ---

    /// Returns the cookies for a URL in the order in which they are sent.
    ///
    /// @param trusted whether secure ones may be sent there
    List<StoredCookie> matching(Url url, boolean trusted) {
        List<StoredCookie> matching = new ArrayList<>();
        String host = url.host();
        String path = url.path();
        for (@Nullable String domain = host;
                domain != null;
                domain = url.isIpAddress() ? null : CookieDomain.parentOf(domain)) {
            for (StoredCookie stored : of(domain)) {
                Cookie cookie = stored.cookie();
                if ((!cookie.hostOnly() || domain.equals(host))
                        && (!cookie.secure() || trusted)
                        && CookiePath.covers(cookie.path(), path)) {
                    matching.add(stored);
                }
            }
        }
        matching.sort(StoredCookie.BY_SENDING);
        return matching;
    }

    void use(StoredCookie stored) {
        stored.use(++lastNumber);
    }

    /// Returns whether an insecure cookie would take the place of a secure one, or be sent beside
    /// it so that a server cannot tell them apart (RFC 6265bis section 5.7).
    boolean hidesSecure(Cookie cookie) {
        return !select(stored -> isHidden(stored.cookie(), cookie)).isEmpty();
    }

    private static boolean isHidden(Cookie secure, Cookie other) {
        return secure.secure()
                && secure.name().equals(other.name())
                && (CookieDomain.covers(secure.domain(), other.domain())
                        || CookieDomain.covers(other.domain(), secure.domain()))
                && CookiePath.covers(secure.path(), other.path());
    }

    /// Returns all of them, as they were set.
    List<StoredCookie> all() {
        List<StoredCookie> all = select(_ -> true);
        all.sort(StoredCookie.BY_AGE);
        return all;
    }

    private List<StoredCookie> select(Predicate<StoredCookie> condition) {
        List<StoredCookie> selected = new ArrayList<>();
        for (List<StoredCookie> ofDomain : byDomain.values()) {
            for (StoredCookie stored : ofDomain) {
                if (condition.test(stored)) {
                    selected.add(stored);
                }
            }
        }
        return selected;
    }
}
