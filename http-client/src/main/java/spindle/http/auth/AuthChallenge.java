package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/// A challenge of a `WWW-Authenticate` or a `Proxy-Authenticate` field: a scheme in which the
/// server lets itself be convinced, and what an answer needs.
///
/// Immutable. It says what the server said and not whether that makes sense: see
/// [DigestChallenge].
public final class AuthChallenge {
    private final String scheme;
    private final @Nullable String token68;
    private final Map<String, String> parameters;

    /// Keeps the map, whose keys are in lower case.
    AuthChallenge(String scheme, @Nullable String token68, Map<String, String> parameters) {
        this.scheme = scheme;
        this.token68 = token68;
        this.parameters = Collections.unmodifiableMap(parameters);
    }

    /// Returns the challenges of all fields of that name, in their order.
    ///
    /// Never fails: what makes no sense is left out, and so is what comes after 64 KiB, 32
    /// challenges, or 64 parameters of one. What servers often do is understood: values
    /// without quotation marks that need them, parameters without commas between them, commas
    /// that separate nothing, a quotation mark that is never closed.
    public static List<AuthChallenge> parse(List<String> fields) {
        return ChallengeReader.challenges(fields);
    }

    /// Returns the challenges of one field, as [#parse(List)] does.
    public static List<AuthChallenge> parse(String field) {
        return parse(List.of(field));
    }

    /// Returns the scheme as it was sent, such as `Digest`.
    public String scheme() {
        return scheme;
    }

    /// Says whether it is of a scheme, in whatever case.
    public boolean hasScheme(String name) {
        return scheme.equalsIgnoreCase(name);
    }

    /// Returns the one value that some schemes have in place of parameters, such as
    /// `Negotiate`; null if there is none.
    public @Nullable String token68() {
        return token68;
    }

    /// Returns the value of a parameter, in whatever case its name is, without quotation marks
    /// and escapes; null if there is none. Of two with one name the first counts.
    public @Nullable String parameter(String name) {
        return parameters.get(name.toLowerCase(Locale.ROOT));
    }

    /// Returns the parameters in their order, with names in lower case.
    public Map<String, String> parameters() {
        return parameters;
    }

    /// Returns what the protected things are called, for whoever is asked for a password; null
    /// if the server does not say.
    public @Nullable String realm() {
        return parameter("realm");
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthChallenge that
                && scheme.equalsIgnoreCase(that.scheme)
                && Objects.equals(token68, that.token68)
                && parameters.equals(that.parameters);
    }

    @Override
    public int hashCode() {
        return Objects.hash(scheme.toLowerCase(Locale.ROOT), token68, parameters);
    }

    /// Returns the scheme and the names of its parameters: a `token68` may be a secret.
    @Override
    public String toString() {
        return "<AuthChallenge " + scheme + (token68 == null ? "" : " ***")
                + (parameters.isEmpty() ? "" : " " + String.join(", ", parameters.keySet())) + ">";
    }
}
