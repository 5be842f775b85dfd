package spindle.http.url;

import org.jspecify.annotations.Nullable;

/// Recognises a URL that is in normal form already, as most are that a program writes.
///
/// Fast path: one scan, and the text itself becomes that of the [Url]. Whatever is rare is left to
/// [UrlParser], which says what is wrong with it, or finds that it is in normal form after all:
/// credentials, IPv6 addresses, punycode, segments that begin with a dot or a percent sign.
final class NormalForm {

    private NormalForm() {}

    /// Returns where the parts of the URL are, null if it may not be in normal form.
    static @Nullable Layout layout(String text) {
        boolean secure = text.startsWith("https://");
        if ((!secure && !text.startsWith("http://")) || text.length() > UrlParser.MOST_CHARS) {
            return null;
        }
        int hostStart = Layout.prefix(secure).length();
        int hostEnd = hostEnd(text, hostStart);
        if (hostEnd < 0) {
            return null;
        }
        int port = Layout.defaultPort(secure);
        int pathStart = hostEnd;
        if (text.charAt(hostEnd) == ':') {
            pathStart = portEnd(text, hostEnd + 1);
            if (pathStart < 0) {
                return null;
            }
            port = Integer.parseInt(text, hostEnd + 1, pathStart, 10);
            if (port > Layout.LAST_PORT || port == Layout.defaultPort(secure)) {
                return null;
            }
        }
        int queryStart = pathEnd(text, pathStart);
        int fragmentStart = queryStart < 0 ? -1 : queryEnd(text, queryStart);
        if (fragmentStart < 0 || !isFragment(text, fragmentStart)) {
            return null;
        }
        return new Layout(secure, hostStart, hostEnd, port, pathStart, queryStart, fragmentStart);
    }

    /// Returns the index of the colon or slash after the host, -1 if there may be something to do.
    private static int hostEnd(String text, int from) {
        int labelStart = from;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ':' || c == '/') {
                return isHost(text, from, labelStart, i) ? i : -1;
            }
            if (c == '.') {
                labelStart = i + 1;
            } else if (c == 'x' && i == labelStart && HostName.isPunycode(text, i)) {
                return -1;
            } else if (!(c >= 'a' && c <= 'z') && !Ipv4Address.isDigit(c) && c != '-' && c != '_') {
                return -1;
            }
        }
        return -1;
    }

    private static boolean isHost(String text, int from, int lastLabel, int to) {
        if (to == lastLabel || to - from > HostName.MOST_CHARS) {
            return false;
        }
        return !Ipv4Address.isDigit(text.charAt(lastLabel))
                || Ipv4Address.parse(text, from, to) >= 0;
    }

    /// Returns the index of the slash after the port, -1 if it is no port in normal form.
    private static int portEnd(String text, int from) {
        int end = from;
        while (end < text.length() && Ipv4Address.isDigit(text.charAt(end))) {
            end++;
        }
        boolean normal = end > from && end <= from + 5 && text.charAt(from) != '0';
        return normal && end < text.length() && text.charAt(end) == '/' ? end : -1;
    }

    /// Returns the index of the character after the path.
    private static int pathEnd(String text, int from) {
        boolean afterSlash = false;
        for (int i = from; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '?' || c == '#') {
                return i;
            }
            boolean maybeDots = afterSlash && (c == '.' || c == '%');
            if (maybeDots || c == '\\' || EncodeSet.PATH.contains(c)) {
                return -1;
            }
            afterSlash = c == '/';
        }
        return text.length();
    }

    /// Returns the index of the character after the query, if there is one.
    private static int queryEnd(String text, int from) {
        if (from == text.length() || text.charAt(from) == '#') {
            return from;
        }
        for (int i = from + 1; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '#') {
                return i;
            }
            if (EncodeSet.QUERY.contains(c)) {
                return -1;
            }
        }
        return text.length();
    }

    private static boolean isFragment(String text, int from) {
        for (int i = from + 1; i < text.length(); i++) {
            if (EncodeSet.FRAGMENT.contains(text.charAt(i))) {
                return false;
            }
        }
        return true;
    }
}
