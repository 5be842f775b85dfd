package spindle.http.url;

import org.jspecify.annotations.Nullable;

import spindle.http.url.InvalidUrlException.Reason;

/// Reads one URL or reference, and writes it in normal form (URL standard, section 4.4, "basic URL
/// parser", as far as http and https can get in it).
///
/// It reads from left to right and appends each part to the text as soon as it is complete.
final class UrlParser {

    /// The longest URL, as given and in normal form. Servers take 8 KiB or so.
    static final int MOST_CHARS = 64 * 1024;

    // fixed at construction
    private final String input;
    private final @Nullable Url base;

    // changes while running
    private final StringBuilder text;
    private int at; // All of the input before it has been read.
    private boolean secure;
    private int hostStart;
    private int hostEnd;
    private int port;
    private int pathStart;

    private UrlParser(String input, @Nullable Url base) {
        this.input = input;
        this.base = base;
        this.text = new StringBuilder(
                input.length() + (base == null ? 16 : base.text().length()));
    }

    /// @param base what a reference is resolved against; without it the text must be absolute
    static Url parse(String text, @Nullable Url base) {
        Layout layout = NormalForm.layout(text);
        if (layout != null) {
            return new Url(text, layout);
        }
        try {
            if (text.length() > MOST_CHARS) {
                throw tooLong(text.length());
            }
            return new UrlParser(strip(text), base).parse();
        } catch (Flaw flaw) {
            throw InvalidUrlException.of(flaw, text, base);
        }
    }

    private static Flaw tooLong(int length) {
        return new Flaw(
                Reason.SYNTAX,
                "a URL must have at most " + MOST_CHARS + " characters, has " + length);
    }

    /// Takes away blanks and control characters around the URL, as browsers do.
    private static String strip(String text) {
        int from = 0;
        int to = text.length();
        while (from < to && text.charAt(from) <= ' ') {
            from++;
        }
        while (to > from && text.charAt(to - 1) <= ' ') {
            to--;
        }
        return text.substring(from, to);
    }

    private Url parse() throws Flaw {
        refuseLineBreaks();
        readScheme();
        if (base != null && secure == base.isSecure() && !startsWithTwoSlashes()) {
            inherit(base);
        } else {
            readAuthority();
        }
        int queryStart = text.length();
        if (at < input.length() && input.charAt(at) == '?') {
            readQuery();
        } else if (base != null && text.length() == pathStart) {
            // Nothing but a fragment, if that: all of the base up to its own is meant.
            text.append(base.path());
            queryStart = text.length();
            text.append(base.text(), base.layout().queryStart(), base.layout().fragmentStart());
        }
        int fragmentStart = text.length();
        readFragment();
        if (text.length() > MOST_CHARS) {
            throw tooLong(text.length());
        }
        var layout =
                new Layout(secure, hostStart, hostEnd, port, pathStart, queryStart, fragmentStart);
        return new Url(text.toString(), layout);
    }

    /// Browsers leave these out. Where one stands inside a URL, somebody tries to write a line of
    /// his own into a request or a log.
    private void refuseLineBreaks() throws Flaw {
        for (int i = 0; i < input.length(); i++) {
            char c = input.charAt(i);
            if (c == '\r' || c == '\n' || c == '\t' || c == '\0') {
                throw new Flaw(
                        Reason.SYNTAX,
                        String.format(
                                "it holds the control character U+%04X: percent-encode it",
                                (int) c));
            }
        }
    }

    // --- Scheme and authority ---

    private void readScheme() throws Flaw {
        int colon = schemeEnd();
        if (colon < 0) {
            if (base == null) {
                throw new Flaw(
                        Reason.SYNTAX, "it has no scheme: it must begin with http:// or https://");
            }
            secure = base.isSecure();
            return;
        }
        secure = colon == 5 && input.regionMatches(true, 0, "https", 0, 5);
        if (!secure && !(colon == 4 && input.regionMatches(true, 0, "http", 0, 4))) {
            throw new Flaw(
                    Reason.SCHEME, "the scheme must be http or https", input.substring(0, colon));
        }
        at = colon + 1;
    }

    /// Returns the index of the colon after the scheme, -1 if the input does not begin with one.
    private int schemeEnd() {
        for (int i = 0; i < input.length(); i++) {
            char c = input.charAt(i);
            if (c == ':') {
                return i > 0 ? i : -1;
            }
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            boolean other = Ipv4Address.isDigit(c) || c == '+' || c == '-' || c == '.';
            if (!letter && (i == 0 || !other)) {
                return -1;
            }
        }
        return -1;
    }

    private boolean startsWithTwoSlashes() {
        return isSlash(at) && isSlash(at + 1);
    }

    private boolean isSlash(int index) {
        return index < input.length()
                && (input.charAt(index) == '/' || input.charAt(index) == '\\');
    }

    /// Any number of slashes stands before an authority, none included: so browsers read it.
    private void readAuthority() throws Flaw {
        while (isSlash(at)) {
            at++;
        }
        int end = endOf(at, "/\\?#");
        text.append(Layout.prefix(secure));
        int lastAt = input.lastIndexOf('@', end - 1);
        if (lastAt >= at) {
            readCredentials(lastAt);
        }
        readHostAndPort(end);
        pathStart = text.length();
        readPath();
    }

    /// Returns the index of the first of the characters, the end of the input if there is none.
    private int endOf(int from, String delimiters) {
        int end = from;
        while (end < input.length() && delimiters.indexOf(input.charAt(end)) < 0) {
            end++;
        }
        return end;
    }

    private void readCredentials(int end) {
        int colon = input.indexOf(':', at);
        int userEnd = colon < 0 || colon > end ? end : colon;
        int start = text.length();
        PercentEncoding.encode(input, at, userEnd, EncodeSet.USERINFO, text);
        if (userEnd + 1 < end) {
            text.append(':');
            PercentEncoding.encode(input, userEnd + 1, end, EncodeSet.USERINFO, text);
        }
        if (text.length() > start) {
            text.append('@');
        }
        at = end + 1;
    }

    private void readHostAndPort(int end) throws Flaw {
        int colon = portColon(end);
        hostStart = text.length();
        text.append(HostName.canonical(input.substring(at, colon)));
        hostEnd = text.length();
        port = Layout.defaultPort(secure);
        if (colon + 1 < end) {
            port = parsePort(input.substring(colon + 1, end));
        }
        if (port != Layout.defaultPort(secure)) {
            text.append(':').append(port);
        }
        at = end;
    }

    /// Returns the index of the colon after the host, the end if there is none. There are others in
    /// an IPv6 address.
    private int portColon(int end) {
        boolean inBrackets = false;
        for (int i = at; i < end; i++) {
            switch (input.charAt(i)) {
                case '[' -> inBrackets = true;
                case ']' -> inBrackets = false;
                case ':' -> {
                    if (!inBrackets) {
                        return i;
                    }
                }
                default -> {}
            }
        }
        return end;
    }

    private static int parsePort(String digits) throws Flaw {
        int port = 0;
        for (int i = 0; i < digits.length(); i++) {
            if (!Ipv4Address.isDigit(digits.charAt(i)) || port > Layout.LAST_PORT) {
                port = 0;
                break;
            }
            port = 10 * port + (digits.charAt(i) - '0');
        }
        if (port == 0 || port > Layout.LAST_PORT) {
            throw new Flaw(
                    Reason.PORT, "the port must be a number from 1 to " + Layout.LAST_PORT, digits);
        }
        return port;
    }

    // --- Path, query and fragment ---

    /// Takes over from the base what stands before the first part that the reference has.
    private void inherit(Url from) {
        Layout layout = from.layout();
        hostStart = layout.hostStart();
        hostEnd = layout.hostEnd();
        port = layout.port();
        pathStart = layout.pathStart();
        text.append(from.text(), 0, pathStart);
        if (at == input.length() || input.charAt(at) == '#') {
            return;
        }
        if (input.charAt(at) == '?') {
            text.append(from.path());
            return;
        }
        if (!isSlash(at)) {
            text.append(from.path(), 0, from.path().lastIndexOf('/'));
        }
        readPath();
    }

    /// Appends the rest of the path to what there is of it, segment by segment.
    private void readPath() {
        if (isSlash(at)) {
            at++;
        }
        while (true) {
            int end = endOf(at, "/\\?#");
            boolean last = !isSlash(end);
            appendSegment(at, end, last);
            at = last ? end : end + 1;
            if (last) {
                return;
            }
        }
    }

    private void appendSegment(int from, int to, boolean last) {
        int dots = countDots(from, to);
        if (dots == 2) {
            removeLastSegment();
        }
        if (dots == 0 || last) {
            text.append('/');
        }
        if (dots == 0) {
            PercentEncoding.encode(input, from, to, EncodeSet.PATH, text);
        }
    }

    private void removeLastSegment() {
        int end = text.length();
        while (end > pathStart && text.charAt(end - 1) != '/') {
            end--;
        }
        text.setLength(Math.max(pathStart, end - 1));
    }

    /// Returns 1 or 2 if the segment is just so many dots, encoded or not, and 0 for any other.
    private int countDots(int from, int to) {
        int dots = 0;
        for (int i = from; i < to; i++) {
            if (input.regionMatches(true, i, "%2e", 0, 3)) {
                i += 2;
            } else if (input.charAt(i) != '.') {
                return 0;
            }
            if (++dots > 2) {
                return 0;
            }
        }
        return dots;
    }

    private void readQuery() {
        int end = endOf(at, "#");
        text.append('?');
        PercentEncoding.encode(input, at + 1, end, EncodeSet.QUERY, text);
        at = end;
    }

    private void readFragment() {
        if (at < input.length()) {
            text.append('#');
            PercentEncoding.encode(input, at + 1, input.length(), EncodeSet.FRAGMENT, text);
        }
    }
}
