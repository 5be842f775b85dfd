package spindle.http;

import org.jspecify.annotations.Nullable;

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
    private static final Map<String, String> MEANT = Map.ofEntries(
            Map.entry("gb2312", "GB18030"),
            Map.entry("gb_2312-80", "GB18030"),
            Map.entry("gbk", "GB18030"),
            Map.entry("x-gbk", "GB18030"),
            Map.entry("shift_jis", "windows-31j"),
            Map.entry("shift-jis", "windows-31j"),
            Map.entry("sjis", "windows-31j"),
            Map.entry("x-sjis", "windows-31j"),
            Map.entry("ms_kanji", "windows-31j"),
            Map.entry("big5", "Big5-HKSCS"),
            Map.entry("big5-hkscs", "Big5-HKSCS"),
            Map.entry("euc-kr", "x-windows-949"),
            Map.entry("ks_c_5601-1987", "x-windows-949"),
            Map.entry("iso-8859-1", "windows-1252"),
            Map.entry("iso8859-1", "windows-1252"),
            Map.entry("latin1", "windows-1252"),
            Map.entry("us-ascii", "windows-1252"),
            Map.entry("ascii", "windows-1252"),
            Map.entry("iso-8859-9", "windows-1254"),
            Map.entry("latin5", "windows-1254"),
            Map.entry("iso-8859-11", "x-windows-874"),
            Map.entry("tis-620", "x-windows-874"),
            Map.entry("unicode", "UTF-16LE"),
            Map.entry("utf-16", "UTF-16LE"),
            Map.entry("utf8", "UTF-8"),
            Map.entry("unicode-1-1-utf-8", "UTF-8"));

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
        String name = MEANT.getOrDefault(label.toLowerCase(Locale.ROOT), label);
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            return null;
        }
    }

    /// Returns the charset that the first bytes of a text name (its byte order mark), or null.
    static @Nullable Charset ofMark(byte[] text) {
        if (startsWith(text, 0xef, 0xbb, 0xbf)) {
            return StandardCharsets.UTF_8;
        }
        if (startsWith(text, 0xff, 0xfe)) {
            return StandardCharsets.UTF_16LE;
        }
        return startsWith(text, 0xfe, 0xff) ? StandardCharsets.UTF_16BE : null;
    }

    private static boolean startsWith(byte[] text, int... mark) {
        for (int i = 0; i < mark.length; i++) {
            if (text.length <= i || (text[i] & 0xff) != mark[i]) {
                return false;
            }
        }
        return true;
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
