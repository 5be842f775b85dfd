package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Reads the challenges of a field, and lists of parameters that look like theirs.
///
/// The grammar (RFC 9110 section 11.6.1) uses commas both between challenges and between the
/// parameters of one. What tells them apart is what follows a name: `=` makes it a parameter of
/// the challenge before it, all else the scheme of a new one.
///
/// Every step takes at least one character, and none is taken twice but for the few of a
/// `token68`; so time is linear in the input.
final class ChallengeReader {
    private static final int MAX_CHARS = 64 * 1024;
    private static final int MAX_CHALLENGES = 32;
    private static final int MAX_PARAMETERS = 64;

    // fixed at construction
    private final String text;

    // changes while running
    private int at;

    private ChallengeReader(String text) {
        this.text = text;
    }

    static List<AuthChallenge> challenges(List<String> fields) {
        var found = new ArrayList<AuthChallenge>();
        int left = MAX_CHARS;
        for (String field : fields) {
            String piece = field.substring(0, Math.min(field.length(), left));
            left -= piece.length();
            new ChallengeReader(piece).readChallenges(found);
        }
        return List.copyOf(found);
    }

    /// Returns the parameters of a field that has no scheme, such as `Authentication-Info`.
    static Map<String, String> parameters(String field) {
        var reader = new ChallengeReader(field.substring(0, Math.min(field.length(), MAX_CHARS)));
        var parameters = new LinkedHashMap<String, String>();
        while (reader.skipToName()) {
            String name = reader.readToken();
            if (reader.skipEquals()) {
                put(parameters, name, reader.readValue());
            }
        }
        return parameters;
    }

    private void readChallenges(List<AuthChallenge> found) {
        while (found.size() < MAX_CHALLENGES && skipToName()) {
            String name = readToken();
            // A parameter of no challenge says nothing.
            if (skipEquals()) {
                readValue();
            } else {
                found.add(readChallenge(name));
            }
        }
    }

    private AuthChallenge readChallenge(String scheme) {
        String token68 = readToken68();
        var parameters = new LinkedHashMap<String, String>();
        while (skipToName()) {
            int start = at;
            String name = readToken();
            if (!skipEquals()) {
                at = start; // It is the next scheme.
                break;
            }
            put(parameters, name, readValue());
        }
        return new AuthChallenge(scheme, token68, parameters);
    }

    private static void put(Map<String, String> parameters, String name, String value) {
        if (parameters.size() < MAX_PARAMETERS) {
            parameters.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
        }
    }

    /// Reads the `token68` behind a scheme: a blank before it, a comma or the end after it.
    /// `realm=x` is none, since it goes on after its `=`.
    private @Nullable String readToken68() {
        int start = skipBlanks(at);
        int end = AuthGrammar.endOfToken68(text, start);
        int next = skipBlanks(end);
        boolean isAlone = next == text.length() || text.charAt(next) == ',';
        if (start == at || end == start || !isAlone) {
            return null;
        }
        at = next;
        return text.substring(start, end);
    }

    /// Skips commas, blanks and whatever cannot start a name; says whether there is one. What
    /// is in quotation marks is skipped as one piece, so that no name is seen in it.
    private boolean skipToName() {
        while (at < text.length() && !AuthGrammar.isToken(text.charAt(at))) {
            if (text.charAt(at) == '"') {
                readQuoted();
            } else {
                at++;
            }
        }
        return at < text.length();
    }

    private String readToken() {
        int start = at;
        while (at < text.length() && AuthGrammar.isToken(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private boolean skipEquals() {
        int next = skipBlanks(at);
        if (next == text.length() || text.charAt(next) != '=') {
            return false;
        }
        at = skipBlanks(next + 1);
        return true;
    }

    private int skipBlanks(int from) {
        int next = from;
        while (next < text.length() && AuthGrammar.isBlank(text.charAt(next))) {
            next++;
        }
        return next;
    }

    /// Reads a value; without quotation marks it goes on to the next blank, comma or semicolon,
    /// though only a token may: nonces in Base64 are sent like that.
    private String readValue() {
        if (at < text.length() && text.charAt(at) == '"') {
            return readQuoted();
        }
        int start = at;
        while (at < text.length() && !isEndOfValue(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isEndOfValue(char c) {
        return AuthGrammar.isBlank(c) || c == ',' || c == ';' || c == '"';
    }

    private String readQuoted() {
        var value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            // RFC 9110 section 5.6.4: a backslash makes any character mean itself.
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at));
            at++;
        }
        at = Math.min(at + 1, text.length());
        return value.toString();
    }
}
