package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

/// What a cookie is made of. Each check returns what is wrong, or null; none quotes a value.
final class CookieSyntax {
    private static final String SECURE_PREFIX = "__Secure-";
    private static final String HOST_PREFIX = "__Host-";

    private CookieSyntax() {}

    /// Checks what is sent: name and value.
    static @Nullable String problemOf(String name, String value) {
        String problem = problemOfText("the name", name, '=');
        if (problem == null) {
            problem = problemOfText("the value", value, ';');
        }
        if (problem != null || !name.isEmpty()) {
            return problem;
        }
        if (value.isEmpty()) {
            return "it has neither a name nor a value";
        }
        // What has no name comes back as its value alone. It must not pass for a cookie that has
        // a name, least of all for one whose prefix says that it was checked.
        if (value.indexOf('=') >= 0) {
            return "it has no name, and its value would be sent as a name and a value";
        }
        return hasPrefix(value) ? "it has no name, and its value begins as a prefix does" : null;
    }

    private static @Nullable String problemOfText(String what, String text, char refused) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (isControl(c) || c > 0xff || c == ';' || c == refused) {
                return what + " has the character " + code(c) + " at index " + i;
            }
        }
        boolean blank =
                !text.isEmpty() && (text.charAt(0) == ' ' || text.charAt(text.length() - 1) == ' ');
        return blank ? what + " begins or ends with a blank" : null;
    }

    static @Nullable String problemOfPath(String path) {
        if (!path.startsWith("/")) {
            return "its path must begin with a slash";
        }
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (isControl(c) || c > 0xff || c == ';') {
                return "its path has the character " + code(c) + " at index " + i;
            }
        }
        return null;
    }

    // --- Prefixes ---

    /// Checks what the name promises (RFC 6265bis section 4.1.3). Its case does not count, since
    /// there are servers that don't look at it.
    static @Nullable String problemOfPrefix(
            String name, boolean secure, boolean hostOnly, String path) {
        if (!hasPrefix(name)) {
            return null;
        }
        if (!secure) {
            return "a name that begins with __Secure- or __Host- is for secure cookies";
        }
        if (isForHost(name) && !(hostOnly && path.equals("/"))) {
            return "a name that begins with __Host- is for cookies of one host and the path /";
        }
        return null;
    }

    static boolean hasPrefix(String name) {
        return beginsWith(name, SECURE_PREFIX) || isForHost(name);
    }

    /// Returns whether the name promises that no other host has set the cookie.
    static boolean isForHost(String name) {
        return beginsWith(name, HOST_PREFIX);
    }

    private static boolean beginsWith(String text, String prefix) {
        return text.regionMatches(true, 0, prefix, 0, prefix.length());
    }

    // --- Characters ---

    /// Tabs included: RFC 6265bis lets them pass inside a value, but `cookies.txt` does not.
    static boolean isControl(int c) {
        return c < ' ' || c == 0x7f;
    }

    static boolean isBlank(int c) {
        return c == ' ' || c == '\t';
    }

    static String code(int c) {
        return "0x" + (c < 0x10 ? "0" : "") + Integer.toHexString(c);
    }
}
