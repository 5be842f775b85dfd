package spindle.http.policy;

import spindle.http.Arrival;
import spindle.http.ScriptedOrigin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server's side of digest authentication, as strict as it may be: shares nothing with what it
/// tests. It knows one user, `Mufasa`, with the password `Circle of Life`.
final class DigestVerifier implements ScriptedOrigin.Script {
    private static final Pattern PARAMETER =
            Pattern.compile("(\\w+)=(?:\"((?:[^\"\\\\]|\\\\.)*)\"|([^\\s,]+))");

    // fixed at construction
    private final String realm;
    private final String terms;

    /// How often a nonce is taken before it is stale.
    private final int mostUses;

    // changes while running
    private final Map<String, Set<String>> counts = new HashMap<>();
    private final List<String> verdicts = new ArrayList<>();

    /// @param terms the rest of the challenge, such as `qop="auth"`
    DigestVerifier(String realm, String terms, int mostUses) {
        this.realm = realm;
        this.terms = terms;
        this.mostUses = mostUses;
    }

    static DigestVerifier lenient() {
        return new DigestVerifier("lions", "qop=\"auth\", algorithm=SHA-256", Integer.MAX_VALUE);
    }

    /// Returns what was found of each request: `none`, `stale`, `replayed`, `wrong` or `right`.
    List<String> verdicts() {
        return verdicts;
    }

    /// Returns how often each nonce was used, in no order.
    List<Integer> uses() {
        return counts.values().stream().map(Set::size).filter(uses -> uses > 0).toList();
    }

    @Override
    public void play(Arrival arrival) throws Exception {
        String verdict = verdictOf(arrival);
        verdicts.add(verdict);
        if (verdict.equals("right")) {
            arrival.respond(200);
        } else {
            arrival.respond(401, "WWW-Authenticate: " + challenge(verdict.equals("stale")));
        }
    }

    private String challenge(boolean stale) {
        String nonce = "nonce-" + counts.size() + "-of-" + realm;
        counts.put(nonce, new HashSet<>());
        return "Digest realm=\"" + realm + "\", nonce=\"" + nonce + "\", " + terms
                + (stale ? ", stale=true" : "");
    }

    private String verdictOf(Arrival arrival) throws Exception {
        Map<String, String> answer = parameters(arrival.field("Authorization"));
        if (answer.isEmpty()) {
            return "none";
        }
        Set<String> used = counts.get(answer.get("nonce"));
        if (used == null || used.size() >= mostUses) {
            return "stale";
        }
        if (!answer.get("uri").equals(arrival.target())
                || !answer.get("response").equals(expected(answer, arrival))) {
            return "wrong";
        }
        return used.add(answer.get("nc")) ? "right" : "replayed";
    }

    private String expected(Map<String, String> answer, Arrival arrival) throws Exception {
        String protection = answer.get("qop");
        String first = hash(answer, "Mufasa:" + realm + ":Circle of Life");
        String second = arrival.method() + ":" + arrival.target()
                + (protection.equals("auth-int") ? ":" + hash(answer, arrival.body()) : "");
        return hash(
                answer,
                String.join(
                        ":",
                        first,
                        answer.get("nonce"),
                        answer.get("nc"),
                        answer.get("cnonce"),
                        protection,
                        hash(answer, second)));
    }

    private static String hash(Map<String, String> answer, String text)
            throws NoSuchAlgorithmException {
        MessageDigest digest = MessageDigest.getInstance(answer.getOrDefault("algorithm", "MD5"));
        return HexFormat.of().formatHex(digest.digest(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    /// Returns the parameters of an answer; none if it is no digest's.
    static Map<String, String> parameters(String authorization) {
        Map<String, String> found = new HashMap<>();
        if (authorization.startsWith("Digest ")) {
            Matcher parameter = PARAMETER.matcher(authorization);
            while (parameter.find()) {
                String quoted = parameter.group(2);
                found.put(parameter.group(1), quoted == null ? parameter.group(3) : quoted);
            }
        }
        return found;
    }
}
