package spindle.http.url;

import spindle.http.url.InvalidUrlException.Reason;

import java.util.Locale;

/// The host of a URL, in the form in which it is compared and looked up (URL standard,
/// section 3.5, "host parser").
final class HostName {

    /// DNS knows none that are longer (RFC 1035 section 2.3.4). This also bounds what IDNA costs:
    /// its time grows with the square of the length.
    static final int MOST_CHARS = 255;

    /// What may stand neither in a name nor in an address: most of it ends the host somewhere.
    private static final String FORBIDDEN = " #/:<>?@[\\]^|%\u007f";

    private HostName() {}

    /// Returns the host in normal form, an IPv6 address in brackets.
    static String canonical(String given) throws Flaw {
        if (given.startsWith("[")) {
            if (!given.endsWith("]")) {
                throw new Flaw(Reason.HOST, "the bracket of an IPv6 address must be closed", given);
            }
            return "[" + Ipv6Address.canonical(given.substring(1, given.length() - 1)) + "]";
        }
        if (given.isEmpty()) {
            throw new Flaw(Reason.HOST, "it has no host");
        }
        String name = toAscii(PercentEncoding.decode(given));
        requireAllowedChars(name, given);
        // What if the numbers only came out of the decoding? A browser takes %31%32%37.0.0.1 for
        // an address; a filter in front of us may not have seen it.
        if (Ipv4Address.endsInNumber(name)
                && (Ipv4Address.parse(name, 0, name.length()) < 0 || !name.equals(given))) {
            throw new Flaw(
                    Reason.HOST,
                    "a host that ends in a number must be an IPv4 address of four decimal numbers "
                            + "from 0 to 255 without leading zeros",
                    given);
        }
        return name;
    }

    private static String toAscii(String name) throws Flaw {
        requireShort(name);
        requireWholePairs(name);
        String ascii =
                isPlain(name) ? name.toLowerCase(Locale.ROOT) : Idna.available().toAscii(name);
        requireShort(ascii);
        return ascii;
    }

    private static void requireShort(String name) throws Flaw {
        if (name.length() > MOST_CHARS) {
            throw new Flaw(
                    Reason.HOST,
                    "a host must have at most " + MOST_CHARS + " characters, has " + name.length());
        }
    }

    /// What if one half of a surrogate pair stands alone? IDNA drops some characters, after which
    /// the halves could meet.
    private static void requireWholePairs(String name) throws Flaw {
        if (name.codePoints().anyMatch(c -> c >= 0xD800 && c <= 0xDFFF)) {
            throw new Flaw(Reason.HOST, "a host cannot hold half of a surrogate pair", name);
        }
    }

    /// Returns whether IDNA would leave the name as it is, but for capitals.
    private static boolean isPlain(String name) {
        for (int i = 0; i < name.length(); i++) {
            boolean labelStart = i == 0 || name.charAt(i - 1) == '.';
            if (name.charAt(i) >= 0x80 || (labelStart && isPunycode(name, i))) {
                return false;
            }
        }
        return true;
    }

    static boolean isPunycode(String name, int labelStart) {
        return name.regionMatches(true, labelStart, "xn--", 0, 4);
    }

    private static void requireAllowedChars(String name, String given) throws Flaw {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c < ' ' || c >= 0x7f || FORBIDDEN.indexOf(c) >= 0) {
                throw new Flaw(
                        Reason.HOST,
                        String.format("a host cannot hold the character U+%04X", (int) c),
                        given);
            }
        }
        if (name.isEmpty()) {
            throw new Flaw(Reason.HOST, "nothing remains of the host in its normal form", given);
        }
    }
}
