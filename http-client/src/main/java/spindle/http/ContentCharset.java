package spindle.http;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;

/// Which charset a text is in, and how it is decoded: as browsers do it, since it is for them that
/// servers write their labels.
///
/// A label stands for what is really sent under it: pages that say `gb2312` use characters that
/// only its successors have, and `iso-8859-1` means Windows-1252 (WHATWG Encoding, section 4.2).
final class ContentCharset {
    /// Labels that the JDK does not know.
    private static final Map<String, String> ALIASES = Map.ofEntries(
            Map.entry("gb_2312", "GB18030"),
            Map.entry("gb_2312-80", "GB18030"),
            Map.entry("chinese", "GB18030"),
            Map.entry("x-gbk", "GB18030"),
            Map.entry("cn-big5", "Big5"),
            Map.entry("x-x-big5", "Big5"),
            Map.entry("korean", "EUC-KR"),
            Map.entry("ks_c_5601-1989", "EUC-KR"),
            Map.entry("iso88591", "ISO-8859-1"),
            Map.entry("iso8859-11", "TIS-620"),
            Map.entry("dos-874", "TIS-620"),
            Map.entry("iso-8859-8-i", "ISO-8859-8"),
            Map.entry("logical", "ISO-8859-8"),
            Map.entry("x-cp1250", "windows-1250"),
            Map.entry("x-cp1251", "windows-1251"),
            Map.entry("x-cp1252", "windows-1252"),
            Map.entry("macintosh", "x-MacRoman"),
            Map.entry("x-mac-roman", "x-MacRoman"),
            Map.entry("x-mac-cyrillic", "x-MacCyrillic"),
            Map.entry("ucs-2", "UTF-16"),
            Map.entry("iso-10646-ucs-2", "UTF-16"));

    /// What is really sent under the name of a charset, as the JDK calls both.
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("GB2312", "GB18030"),
            Map.entry("GBK", "GB18030"),
            Map.entry("Shift_JIS", "windows-31j"),
            Map.entry("Big5", "Big5-HKSCS"),
            Map.entry("EUC-KR", "x-windows-949"),
            Map.entry("ISO-8859-1", "windows-1252"),
            Map.entry("US-ASCII", "windows-1252"),
            Map.entry("ISO-8859-9", "windows-1254"),
            Map.entry("x-iso-8859-11", "x-windows-874"),
            Map.entry("TIS-620", "x-windows-874"),
            Map.entry("UTF-16", "UTF-16LE"));

    private static final int MARK_BYTES = 3;

    private ContentCharset() {}

    /// Returns the charset that a Content-Type names, or null if it names none that is known.
    static @Nullable Charset ofContentType(@Nullable String contentType) {
        String label = contentType == null ? null : parameter(contentType);
        return label == null ? null : ofLabel(label);
    }

    /// Finds the parameter `charset`, quoted or not.
    private static @Nullable String parameter(String contentType) {
        int at = contentType.indexOf(';');
        while (at >= 0) {
            int end = endOfParameter(contentType, at + 1);
            String parameter = contentType.substring(at + 1, end).strip();
            int equals = parameter.indexOf('=');
            if (equals > 0 && parameter.substring(0, equals).equalsIgnoreCase("charset")) {
                return parameter
                        .substring(equals + 1)
                        .replace("\"", "")
                        .replace("'", "")
                        .strip();
            }
            at = end < contentType.length() ? end : -1;
        }
        return null;
    }

    /// A semicolon within quotes ends nothing.
    private static int endOfParameter(String text, int start) {
        boolean quoted = false;
        for (int i = start; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                quoted = !quoted;
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == ';' && !quoted) {
                return i;
            }
        }
        return text.length();
    }

    /// Returns the charset that a label stands for, or null if it is unknown.
    static @Nullable Charset ofLabel(String label) {
        try {
            Charset known =
                    Charset.forName(ALIASES.getOrDefault(label.toLowerCase(Locale.ROOT), label));
            String meant = MEANT.get(known.name());
            return meant == null ? known : Charset.forName(meant);
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    /// Returns the charset that the first bytes of a text name (its byte order mark), or null.
    /// It counts for more than any label.
    static @Nullable Charset ofMark(byte[] text) {
        return skipMark(ByteBuffer.wrap(text));
    }

    /// Takes the byte order mark from the beginning of a text, and returns the charset that it
    /// names; null if there is none.
    static @Nullable Charset skipMark(ByteBuffer text) {
        if (startsWith(text, 0xef, 0xbb, 0xbf)) {
            text.position(text.position() + 3);
            return StandardCharsets.UTF_8;
        }
        boolean littleEndian = startsWith(text, 0xff, 0xfe);
        if (littleEndian || startsWith(text, 0xfe, 0xff)) {
            text.position(text.position() + 2);
            return littleEndian ? StandardCharsets.UTF_16LE : StandardCharsets.UTF_16BE;
        }
        return null;
    }

    private static boolean startsWith(ByteBuffer text, int... mark) {
        if (text.remaining() < mark.length) {
            return false;
        }
        for (int i = 0; i < mark.length; i++) {
            if ((text.get(text.position() + i) & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
    }

    /// Returns whether it takes more than these first bytes of a text to say if it begins with a
    /// byte order mark.
    static boolean isMarkBegun(ByteBuffer text) {
        if (!text.hasRemaining()) {
            return true;
        }
        int first = text.get(text.position()) & 0xff;
        return text.remaining() < MARK_BYTES && (first == 0xef || first >= 0xfe);
    }

    /// Decodes a text. Bytes that don't fit are replaced, as browsers do, and a mark of this
    /// charset is left out, since it is no part of the text.
    static String decode(byte[] text, Charset charset) {
        String decoded = new String(text, charset);
        boolean marked =
                !decoded.isEmpty() && decoded.charAt(0) == '\ufeff' && charset.equals(ofMark(text));
        return marked ? decoded.substring(1) : decoded;
    }
}
