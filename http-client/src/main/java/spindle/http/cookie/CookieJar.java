package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.http.cookie.StorageRules.Kept;
import spindle.http.cookie.StorageRules.Refused;
import spindle.http.url.Url;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Predicate;

/// Cookies: takes those that servers set, and says which go with a request.
///
/// ```java
/// var jar = new CookieJar();
/// jar.store(Url.parse("https://example.org/login"), List.of("id=7; Secure; HttpOnly"));
/// jar.headerFor(Url.parse("https://example.org/"));     // "id=7"
/// ```
///
/// It follows RFC 6265 and, where that is stricter, its revision RFC 6265bis:
/// - A cookie goes to the host that set it, or to the hosts of its `Domain`, which must cover the
///   one that set it and must be no public suffix such as `co.uk`. An IP address has no such hosts.
/// - `Secure` cookies are set and sent over https alone, and what is set without https can neither
///   replace one nor stand beside one. `__Secure-` and `__Host-` names keep their promises.
/// - Names and values are sent exactly as they came, quotes included.
/// - Cookies of the same name and different paths or domains are all sent, that of the longest path
///   first.
///
/// A browser would also look at `SameSite` and hide `HttpOnly` cookies from scripts. A client has
/// neither pages nor scripts: it keeps both words and does not act on them.
///
/// Too many cookies push out the least useful ones of their site, or of the site that has most of
/// them: those that are not `Secure` first, then those that were not sent for the longest time.
///
/// A jar belongs to one loop: it is not to be used by several threads at the same time.
public final class CookieJar {
    // fixed at construction
    private final InstantSource clock;
    private final CookieOptions options;
    private final StorageRules rules;
    private final StoredCookies stored;

    /// Makes an empty jar with the system's clock and the default options.
    public CookieJar() {
        this(InstantSource.system());
    }

    /// Makes an empty jar with the default options.
    ///
    /// @param clock by which cookies end
    public CookieJar(InstantSource clock) {
        this(clock, CookieOptions.defaults());
    }

    /// Makes an empty jar.
    ///
    /// @param clock by which cookies end
    public CookieJar(InstantSource clock, CookieOptions options) {
        this.clock = clock;
        this.options = options;
        this.rules = new StorageRules(options);
        this.stored = new StoredCookies(options);
    }

    // --- Taking cookies ---

    /// Takes the cookies that a response sets, and drops those that it may not set; see
    /// [#whyRefused].
    ///
    /// @param from what was asked for
    /// @param setCookieFields the values of the response's `Set-Cookie` fields, in their order
    public void store(Url from, List<String> setCookieFields) {
        if (setCookieFields.isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        stored.removeExpired(now);
        for (String field : setCookieFields) {
            if (rules.judge(from, field, now) instanceof Kept(Cookie cookie)
                    && !hidesSecure(from, cookie)) {
                put(cookie, now, now);
            }
        }
    }

    /// RFC 6265bis section 5.7: whoever can change what is sent without https must not change who
    /// somebody is over https.
    private boolean hidesSecure(Url from, Cookie cookie) {
        return !cookie.secure() && !rules.isTrusted(from) && stored.hidesSecure(cookie);
    }

    private void put(Cookie cookie, Instant created, Instant now) {
        if (cookie.isExpired(now)) {
            stored.removeKeyOf(cookie);
        } else {
            stored.put(cookie, created);
        }
    }

    /// Returns why [#store] would drop a cookie, such as "its domain is a public suffix, below
    /// which anybody may have one"; null if it would keep it. Changes nothing.
    public @Nullable String whyRefused(Url from, String setCookieField) {
        Instant now = clock.instant();
        stored.removeExpired(now);
        return switch (rules.judge(from, setCookieField, now)) {
            case Refused(String why) -> why;
            case Kept(Cookie cookie) ->
                hidesSecure(from, cookie)
                        ? "it was set without https and would hide a secure cookie of that name"
                        : null;
        };
    }

    /// Adds a cookie by hand, in the place of the one with the same name, domain and path. One that
    /// has ended removes that one.
    ///
    /// @throws IllegalArgumentException if it is larger than the options allow, or for all hosts
    ///     below a public suffix
    public void put(Cookie cookie) {
        String problem = problemOf(cookie);
        if (problem != null) {
            throw new IllegalArgumentException("cannot put " + cookie + ": " + problem);
        }
        Instant now = clock.instant();
        stored.removeExpired(now);
        put(cookie, now, now);
    }

    private @Nullable String problemOf(Cookie cookie) {
        if (!cookie.hostOnly() && PublicSuffixes.isSuffix(cookie.domain())) {
            return "its domain is a public suffix: it must be for that host only";
        }
        return rules.problemOfSize(cookie);
    }

    // --- Sending cookies ---

    /// Returns the value of the `Cookie` field of a request, null if there is nothing to send.
    public @Nullable String headerFor(Url url) {
        if (stored.isEmpty()) {
            return null; // Most clients never see a cookie: they don't pay for a clock either.
        }
        List<StoredCookie> matching = matching(url);
        if (matching.isEmpty()) {
            return null;
        }
        StringBuilder field = new StringBuilder();
        for (StoredCookie next : matching) {
            field.append(field.isEmpty() ? "" : "; ");
            next.cookie().appendTo(field);
            stored.use(next);
        }
        return field.toString();
    }

    /// Returns the cookies of a request, in the order in which they are sent. Asking does not count
    /// as using them.
    public List<Cookie> cookiesFor(Url url) {
        return matching(url).stream().map(StoredCookie::cookie).toList();
    }

    private List<StoredCookie> matching(Url url) {
        stored.removeExpired(clock.instant());
        return stored.matching(url, rules.isTrusted(url));
    }

    // --- What is in it ---

    /// Returns all cookies, as they were set.
    public List<Cookie> cookies() {
        stored.removeExpired(clock.instant());
        return stored.all().stream().map(StoredCookie::cookie).toList();
    }

    /// Returns how many cookies there are.
    public int size() {
        stored.removeExpired(clock.instant());
        return stored.size();
    }

    /// Returns whether there is no cookie.
    public boolean isEmpty() {
        return size() == 0;
    }

    /// Removes all cookies.
    public void clear() {
        stored.clear();
    }

    /// Removes the cookies for which a condition holds. It must not use the jar; if it throws,
    /// all of them stay.
    public void clear(Predicate<? super Cookie> condition) {
        stored.removeIf(condition);
    }

    // --- Files ---

    /// Returns a coroutine that writes the cookies that outlive the session to a file. Suspends the
    /// calling task.
    ///
    /// The file has the format `cookies.txt`, which curl, wget and the tools of browsers read; what
    /// that has no place for, `SameSite` and the time of creation, is in comments. The end of a
    /// cookie loses its fraction of a second.
    ///
    /// Who reads the file meanwhile, or after a crash, sees all of the old cookies or all of the
    /// new ones. Where the system has permissions, its owner alone may read it. If it fails, a file
    /// that was there is as it was; in the place of one that was not, there may be an empty one.
    @CheckReturnValue
    public Coroutine<@Nullable Void> save(Path path) {
        return CookieFile.save(path, () -> saved(cookie -> !cookie.isSessionCookie()));
    }

    /// Writes the cookies of the session too; else as [#save].
    @CheckReturnValue
    public Coroutine<@Nullable Void> saveAll(Path path) {
        return CookieFile.save(path, () -> saved(_ -> true));
    }

    private List<StoredCookie> saved(Predicate<Cookie> condition) {
        stored.removeExpired(clock.instant());
        return stored.all().stream()
                .filter(next -> condition.test(next.cookie()))
                .toList();
    }

    /// Returns a coroutine that adds the cookies of a file to those that are there, and takes the
    /// place of those with the same name, domain and path. Its result is how many it added: it
    /// leaves out those that have ended, and those that [#put] would refuse. Suspends the calling
    /// task.
    ///
    /// It fails with a [CookieFileException] if a line is not as it should be; then, as when it is
    /// cancelled, the jar is as it was.
    @CheckReturnValue
    public Coroutine<Integer> load(Path path) {
        return () -> {
            int count = 0;
            for (CookiesTxt.Line line : CookieFile.load(path, options)) {
                Instant now = clock.instant();
                stored.removeExpired(now);
                if (problemOf(line.cookie()) == null && !line.cookie().isExpired(now)) {
                    Instant created = line.created();
                    stored.put(line.cookie(), created == null ? now : created);
                    count++;
                }
            }
            return count;
        };
    }

    /// Returns a form such as `<CookieJar 3 cookies of 2 sites>`.
    @Override
    public String toString() {
        return "<CookieJar " + stored.size() + (stored.size() == 1 ? " cookie of " : " cookies of ")
                + stored.siteCount() + (stored.siteCount() == 1 ? " site>" : " sites>");
    }
}
