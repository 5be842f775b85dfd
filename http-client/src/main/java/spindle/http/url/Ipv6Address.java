package spindle.http.url;

import spindle.http.url.InvalidUrlException.Reason;

/// IPv6 addresses: read in all forms of RFC 4291 section 2.2, written in the canonical one of
/// RFC 5952 section 4.
///
/// The last two pieces may be given as an IPv4 address; they are written as the others are, as
/// browsers do.
final class Ipv6Address {

    private static final int PIECES = 8;

    // changes while running
    private final int[] pieces = new int[PIECES];
    private int count;

    private Ipv6Address() {}

    /// Returns the canonical form of an address.
    ///
    /// @param text without brackets
    static String canonical(String text) throws Flaw {
        if (text.indexOf('%') >= 0) {
            // RFC 6874 has them in URLs; browsers refuse them, for they mean something on one
            // machine only.
            throw new Flaw(
                    Reason.HOST, "a zone (\"%\") cannot stand in the IPv6 address of a URL", text);
        }
        var address = new Ipv6Address();
        if (!address.read(text)) {
            throw new Flaw(Reason.HOST, "what stands in brackets must be an IPv6 address", text);
        }
        return address.write();
    }

    private boolean read(String text) {
        int gap = text.indexOf("::");
        if (gap < 0) {
            return readPieces(text, true) && count == PIECES;
        }
        String head = text.substring(0, gap);
        if (!head.isEmpty() && !readPieces(head, false)) {
            return false;
        }
        int beforeGap = count;
        String tail = text.substring(gap + 2);
        if ((!tail.isEmpty() && !readPieces(tail, true)) || count == PIECES) {
            return false; // The gap stands for one piece at least.
        }
        int afterGap = count - beforeGap;
        System.arraycopy(pieces, beforeGap, pieces, PIECES - afterGap, afterGap);
        for (int i = beforeGap; i < PIECES - afterGap; i++) {
            pieces[i] = 0;
        }
        return true;
    }

    private boolean readPieces(String text, boolean last) {
        int from = 0;
        while (from >= 0) {
            int colon = text.indexOf(':', from);
            int to = colon < 0 ? text.length() : colon;
            boolean ipv4 = last && colon < 0 && text.indexOf('.', from) >= 0;
            boolean read = ipv4 ? readIpv4(text, from) : readPiece(text, from, to);
            if (!read) {
                return false;
            }
            from = colon < 0 ? -1 : colon + 1;
        }
        return true;
    }

    private boolean readIpv4(String text, int from) {
        long address = Ipv4Address.parse(text, from, text.length());
        if (address < 0 || count + 2 > PIECES) {
            return false;
        }
        pieces[count++] = (int) (address >> 16);
        pieces[count++] = (int) (address & 0xFFFF);
        return true;
    }

    private boolean readPiece(String text, int from, int to) {
        if (to == from || to - from > 4 || count == PIECES) {
            return false;
        }
        int value = 0;
        for (int i = from; i < to; i++) {
            if (!PercentEncoding.isHex(text.charAt(i))) {
                return false;
            }
            value = (value << 4) | Character.digit(text.charAt(i), 16);
        }
        pieces[count++] = value;
        return true;
    }

    /// RFC 5952 section 4.2: the longest run of zeros is left out, the first of equal ones, and
    /// never a single one.
    private String write() {
        int gap = -1;
        int gapLength = 1;
        for (int i = 0; i < PIECES; i++) {
            int length = zerosAt(i);
            if (length > gapLength) {
                gap = i;
                gapLength = length;
            }
        }
        var text = new StringBuilder(40);
        for (int i = 0; i < PIECES; i++) {
            if (i == gap) {
                text.append("::");
                i += gapLength - 1;
                continue;
            }
            if (i > 0 && i != gap + gapLength) {
                text.append(':');
            }
            text.append(Integer.toHexString(pieces[i]));
        }
        return text.toString();
    }

    private int zerosAt(int from) {
        int to = from;
        while (to < PIECES && pieces[to] == 0) {
            to++;
        }
        return to - from;
    }
}
