package spindle.http;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.util.regex.Pattern;

/// What a request is to go to, as its user wrote it, for messages: without credentials, though
/// nobody knows yet whether it is a URL, or where it leads.
final class TargetText {
    /// What has neither a scheme nor a host: an absolute path, or a query or a fragment behind what
    /// could be no user with a password.
    private static final Pattern SURELY_RELATIVE =
            Pattern.compile("(?s)/[^/\\\\\\x00- ].*|[\\w./~%-]*[?#].*");

    private TargetText() {}

    /// Of a text that is a URL, and of one that can only be a path or a query, it is known where
    /// credentials are; else whatever is before the last `@` may be some.
    static String withoutCredentials(String text) {
        int at = text.lastIndexOf('@');
        if (at < 0 || SURELY_RELATIVE.matcher(text).matches()) {
            return text;
        }
        String scheme = text.startsWith("//") ? "http:" : "";
        try {
            return Url.parse(scheme + text).toString().substring(scheme.length());
        } catch (InvalidUrlException invalid) {
            return "***" + text.substring(at);
        }
    }
}
