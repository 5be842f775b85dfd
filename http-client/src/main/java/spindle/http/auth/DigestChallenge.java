package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/// A challenge to answer with digest authentication (RFC 7616 section 3.3, RFC 2617).
///
/// Immutable, and one that can be answered: whatever is in it may be echoed in a field.
public final class DigestChallenge {
    private static final int MAX_DOMAINS = 64;

    /// What an answer vouches for.
    enum Protection {
        AUTH("auth"),
        AUTH_INT("auth-int");

        private final String token;

        Protection(String token) {
            this.token = token;
        }

        String token() {
            return token;
        }
    }

    private final String realm;
    private final String nonce;
    private final @Nullable String opaque;
    private final DigestAlgorithm algorithm;
    private final boolean namesAlgorithm;
    private final Set<Protection> protections;
    private final List<String> domain;
    private final boolean isStale;
    private final boolean isUtf8;
    private final boolean hashesUser;

    private DigestChallenge(
            AuthChallenge challenge,
            String nonce,
            DigestAlgorithm algorithm,
            Set<Protection> protections) {
        this.realm = valueOr(challenge, "realm", "");
        this.nonce = nonce;
        this.opaque = challenge.parameter("opaque");
        this.algorithm = algorithm;
        this.namesAlgorithm = challenge.parameter("algorithm") != null;
        this.protections = protections;
        this.domain = words(valueOr(challenge, "domain", ""));
        this.isStale = valueOr(challenge, "stale", "").equalsIgnoreCase("true");
        this.isUtf8 = valueOr(challenge, "charset", "").equalsIgnoreCase("UTF-8");
        this.hashesUser = valueOr(challenge, "userhash", "").equalsIgnoreCase("true");
    }

    /// Returns what a challenge asks for; null if it isn't Digest or can't be answered: no
    /// nonce, an unknown algorithm, only unknown qualities of protection, or a value that may
    /// not stand in a field.
    public static @Nullable DigestChallenge of(AuthChallenge challenge) {
        String nonce = challenge.parameter("nonce");
        // RFC 7616 section 3.3: without a name it is MD5.
        var algorithm = DigestAlgorithm.named(valueOr(challenge, "algorithm", "MD5"));
        if (!challenge.hasScheme("Digest") || nonce == null || algorithm == null) {
            return null;
        }
        if (!AuthGrammar.isQuotable(nonce)
                || !AuthGrammar.isQuotable(challenge.realm())
                || !AuthGrammar.isQuotable(challenge.parameter("opaque"))) {
            return null;
        }
        String offered = valueOr(challenge, "qop", "").strip();
        Set<Protection> protections = protections(offered);
        // RFC 7616 section 3.3: unknown ones are ignored, but a server that wants one of those
        // alone does not take what RFC 2069 made of none.
        if (protections.isEmpty() && !offered.isEmpty()) {
            return null;
        }
        return new DigestChallenge(challenge, nonce, algorithm, protections);
    }

    private static Set<Protection> protections(String offered) {
        var found = EnumSet.noneOf(Protection.class);
        for (String name : offered.split("[,\\s]+", -1)) {
            for (Protection protection : Protection.values()) {
                if (protection.token().equalsIgnoreCase(name)) {
                    found.add(protection);
                }
            }
        }
        return found;
    }

    private static List<String> words(String text) {
        return text.isBlank()
                ? List.of()
                : List.of(text.strip().split("\\s+", -1)).stream()
                        .limit(MAX_DOMAINS)
                        .toList();
    }

    private static String valueOr(AuthChallenge challenge, String name, String absent) {
        String value = challenge.parameter(name);
        return value == null ? absent : value;
    }

    /// Returns the challenge with the strongest algorithm among those that can be answered, the
    /// first of equals; null if none can.
    public static @Nullable DigestChallenge strongestOf(List<AuthChallenge> challenges) {
        DigestChallenge strongest = null;
        for (AuthChallenge challenge : challenges) {
            DigestChallenge next = of(challenge);
            if (next != null
                    && (strongest == null || next.algorithm.isStrongerThan(strongest.algorithm))) {
                strongest = next;
            }
        }
        return strongest;
    }

    /// Returns what the protected things are called; empty if the server does not say.
    public String realm() {
        return realm;
    }

    /// Returns the algorithm that answers use.
    public DigestAlgorithm algorithm() {
        return algorithm;
    }

    /// Says whether an answer needs the hash of the request's body, since nothing less is
    /// offered (`qop="auth-int"`).
    public boolean requiresBodyHash() {
        return protections.contains(Protection.AUTH_INT) && !protections.contains(Protection.AUTH);
    }

    /// Says whether an answer may vouch for the request's body too, with its hash.
    public boolean takesBodyHash() {
        return protections.contains(Protection.AUTH_INT);
    }

    /// Says whether the user and the password of the refused answer were right and only its
    /// nonce too old: to be answered again without asking anybody.
    public boolean isStale() {
        return isStale;
    }

    /// Returns the URLs that answers may be sent to unasked, as the server wrote them: absolute,
    /// or relative to what was asked for. None means all of the server.
    public List<String> domain() {
        return domain;
    }

    String nonce() {
        return nonce;
    }

    @Nullable
    String opaque() {
        return opaque;
    }

    /// Says whether the server named the algorithm: old ones don't expect to read of it.
    boolean namesAlgorithm() {
        return namesAlgorithm;
    }

    Set<Protection> protections() {
        return protections;
    }

    boolean isUtf8() {
        return isUtf8;
    }

    boolean hashesUser() {
        return hashesUser;
    }

    @Override
    public String toString() {
        return "<DigestChallenge " + algorithm.token() + (isStale ? " stale" : "") + " realm="
                + AuthGrammar.quote(realm) + ">";
    }
}
