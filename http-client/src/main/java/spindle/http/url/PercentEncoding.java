package spindle.http.url;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Percent-encoding of UTF-8 (RFC 3986 section 2.1), and back.
final class PercentEncoding {

    private static final char[] HEX = "0123456789ABCDEF".toCharArray();

    /// Stands for half of a surrogate pair, which has no UTF-8.
    private static final int REPLACEMENT = 0xFFFD;

    private PercentEncoding() {}

    /// Appends a piece of the text, with the characters of the set encoded. A percent sign stays
    /// as it is, whether or not two digits follow: so browsers do.
    static void encode(String text, int from, int to, EncodeSet set, StringBuilder out) {
        for (int i = from; i < to; i++) {
            char c = text.charAt(i);
            if (!set.contains(c)) {
                out.append(c);
            } else if (c < 0x80) {
                appendByte(c, out);
            } else {
                int codePoint = text.codePointAt(i);
                appendUtf8(codePoint, out);
                i += Character.charCount(codePoint) - 1;
            }
        }
    }

    static String encode(String text, EncodeSet set) {
        var out = new StringBuilder(text.length() + 16);
        encode(text, 0, text.length(), set, out);
        return out.toString();
    }

    /// Encodes what is not yet encoded: the set, and each percent sign without its two digits.
    static String encodeOnce(String text, EncodeSet set) {
        var out = new StringBuilder(text.length() + 16);
        int from = 0;
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            encode(text, from, i, set, out);
            out.append(isEncoded(text, i) ? "%" : "%25");
            from = i + 1;
        }
        encode(text, from, text.length(), set, out);
        return out.toString();
    }

    private static boolean isEncoded(String text, int percent) {
        return percent + 2 < text.length()
                && isHex(text.charAt(percent + 1))
                && isHex(text.charAt(percent + 2));
    }

    static boolean isHex(int c) {
        return c < 0x80 && Character.digit(c, 16) >= 0;
    }

    private static void appendUtf8(int codePoint, StringBuilder out) {
        int c = Character.isBmpCodePoint(codePoint) && Character.isSurrogate((char) codePoint)
                ? REPLACEMENT
                : codePoint;
        if (c < 0x800) {
            appendByte(0xC0 | (c >> 6), out);
        } else if (c < 0x10000) {
            appendByte(0xE0 | (c >> 12), out);
            appendByte(0x80 | ((c >> 6) & 0x3F), out);
        } else {
            appendByte(0xF0 | (c >> 18), out);
            appendByte(0x80 | ((c >> 12) & 0x3F), out);
            appendByte(0x80 | ((c >> 6) & 0x3F), out);
        }
        appendByte(0x80 | (c & 0x3F), out);
    }

    private static void appendByte(int b, StringBuilder out) {
        out.append('%').append(HEX[b >> 4]).append(HEX[b & 0xF]);
    }

    /// Undoes the encoding. Bytes that are no UTF-8 become U+FFFD; a percent sign without its two
    /// digits stays.
    static String decode(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        var decoded = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%'
                    && i + 2 < bytes.length
                    && isHexByte(bytes[i + 1])
                    && isHexByte(bytes[i + 2])) {
                decoded.write((Character.digit(bytes[i + 1], 16) << 4)
                        | Character.digit(bytes[i + 2], 16));
                i += 2;
            } else {
                decoded.write(bytes[i]);
            }
        }
        return decoded.toString(StandardCharsets.UTF_8);
    }

    private static boolean isHexByte(byte b) {
        return b >= 0 && isHex(b);
    }
}
