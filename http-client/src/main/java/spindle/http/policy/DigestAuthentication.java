package spindle.http.policy;

import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.Middleware;
import spindle.http.auth.DigestChallenge;
import spindle.http.auth.DigestSession;
import spindle.http.auth.Login;
import spindle.http.url.Url;

import java.util.LinkedHashMap;
import java.util.Map;

/// Answers servers that ask for digest authentication (RFC 7616), each with the login that is meant
/// for it.
///
/// ```java
/// Middleware digest = DigestAuthentication.of("https://api.example", new Login("me", password));
/// ```
///
/// A request that is challenged with 401 is sent again with an answer; once more if all that was
/// wrong with that was the age of its nonce. Whoever asks within the protection space afterwards
/// sends an answer at once. A 401 that can't be answered, or comes again, is returned: then the
/// login is wrong, or the server wants something else.
///
/// Origins that no login is meant for get none, wherever a redirect leads, and whatever they ask
/// for. Nor does anybody with a request that has an `Authorization` of its own.
///
/// A body in memory is vouched for too, where the server offers that (`auth-int`) and the body is
/// not compressed on the way; other bodies are sent if the server takes less. A body that can be
/// sent only once is announced first (`Expect: 100-continue`), so that the server may challenge
/// before it comes. A server that does not keep to that gets the body after a second, and its 401
/// is returned; the next such request has an answer from the start.
///
/// A server may prove in its turn that it knows the password (`Authentication-Info`). If that
/// proof is wrong, the request fails with [spindle.http.ClientException.Kind#AUTHENTICATION].
///
/// Each answer is good for one request. So this belongs inside of what sends requests again, such
/// as [Retry]. For the tasks of one loop at a time: all requests to a server share what is known of
/// it. The proxy's own challenges are not answered here.
public final class DigestAuthentication implements Middleware {
    /// Begins to answer a server.
    @FunctionalInterface
    interface Opening {
        DigestSession open(Url url, DigestChallenge challenge, Login login);
    }

    // fixed at construction
    /// By origin.
    private final Map<String, Login> logins;

    private final Opening opening;

    // changes while running
    /// By origin: no more than there are logins.
    private final Map<String, DigestRealms> known = new LinkedHashMap<>();

    private DigestAuthentication(Map<String, Login> logins, Opening opening) {
        this.logins = logins;
        this.opening = opening;
    }

    // --- Making one ---

    /// Returns what answers one origin, such as `https://api.example:8443`.
    ///
    /// @throws IllegalArgumentException if the user or the password has a control character
    public static DigestAuthentication of(String origin, Login login) {
        return new DigestAuthentication(Map.of(), DigestSession::withServer)
                .withLogin(origin, login);
    }

    /// Returns one like this, which knows nothing of any server yet, that answers another origin
    /// too.
    ///
    /// @throws IllegalArgumentException if the user or the password has a control character
    public DigestAuthentication withLogin(String origin, Login login) {
        if ((login.user() + login.password()).chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(
                    "expected a user and a password without control characters");
        }
        Map<String, Login> more = new LinkedHashMap<>(logins);
        more.put(Url.parse(origin).origin(), login);
        return new DigestAuthentication(more, opening);
    }

    /// Returns one like this that begins its answers otherwise: for tests.
    DigestAuthentication withOpening(Opening other) {
        return new DigestAuthentication(logins, other);
    }

    // --- What it does ---

    @Override
    public ClientResponse handle(ClientRequest request, Next next) throws Exception {
        Url url = request.url();
        String origin = url.origin();
        Login login = logins.get(origin);
        if (login == null || request.headers().contains("Authorization")) {
            return next.send(request);
        }
        DigestRealms realms = known.computeIfAbsent(
                origin,
                _ -> new DigestRealms((asked, challenge) -> opening.open(asked, challenge, login)));
        return new DigestCall(request, next, realms).run();
    }

    /// Returns the origins alone.
    @Override
    public String toString() {
        return "<DigestAuthentication " + logins.keySet() + ">";
    }
}
