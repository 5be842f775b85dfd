package spindle.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Reads parameters of header fields, `; name=value; name="quoted value"`, as far as they make
/// sense: what does not is skipped, never an error.
final class FieldParameters {
    private final String text;
    private int at;
    private final Map<String, String> parameters = new LinkedHashMap<>();

    private FieldParameters(String text, int start) {
        this.text = text;
        this.at = start;
    }

    /// A list of parameters, and where it ended.
    ///
    /// @param parameters by name in lower case; of several of the same name the first one; those
    ///     in the extended notation (`name*`, RFC 8187) decoded, under their name without `*`, and
    ///     before those without it; what is UTF-8 in the others is decoded, too
    /// @param end at a comma, or at the end of the text
    record Parsed(Map<String, String> parameters, int end) {}

    /// Reads from a position right before the first `;`.
    static Parsed parse(String text, int start) {
        FieldParameters reader = new FieldParameters(text, start);
        reader.read();
        return new Parsed(reader.parameters, reader.at);
    }

    private void read() {
        Map<String, String> extended = new LinkedHashMap<>();
        while (at < text.length() && text.charAt(at) != ',') {
            if (text.charAt(at) != ';') {
                at++;
                continue;
            }
            at++;
            String name = readName();
            String value = readValue();
            if (name.endsWith("*")) {
                String decoded = decodeExtended(value);
                if (!decoded.isEmpty()) {
                    extended.putIfAbsent(name.substring(0, name.length() - 1), decoded);
                }
            } else if (!name.isEmpty()) {
                parameters.putIfAbsent(name, asUtf8(value));
            }
        }
        parameters.putAll(extended);
    }

    private String readName() {
        int start = at;
        while (at < text.length() && "=;,".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at).strip().toLowerCase(Locale.ROOT);
    }

    private String readValue() {
        if (at >= text.length() || text.charAt(at) != '=') {
            return "";
        }
        at++;
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() && text.charAt(at) == '"' ? readQuoted() : readToken();
    }

    private String readToken() {
        int start = at;
        while (at < text.length() && ";,".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        return text.substring(start, at).strip();
    }

    private String readQuoted() {
        StringBuilder value = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' && at + 1 < text.length()) {
                at++;
            }
            value.append(text.charAt(at++));
        }
        at++;
        return value.toString();
    }

    /// Decodes `UTF-8'en'na%C3%AFve` (RFC 8187 section 3.2); empty if it is none of these.
    private static String decodeExtended(String value) {
        int first = value.indexOf('\'');
        int second = value.indexOf('\'', first + 1);
        if (first <= 0 || second < 0) {
            return "";
        }
        String text = value.substring(second + 1);
        return switch (value.substring(0, first).toLowerCase(Locale.ROOT)) {
            case "utf-8" -> percentDecoded(text, StandardCharsets.UTF_8);
            case "iso-8859-1" -> percentDecoded(text, StandardCharsets.ISO_8859_1);
            default -> "";
        };
    }

    private static String percentDecoded(String text, Charset charset) {
        byte[] bytes = new byte[text.length()];
        int count = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
                int low = i + 2 < text.length() ? Character.digit(text.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return "";
                }
                bytes[count++] = (byte) (high << 4 | low);
                i += 2;
            } else if (c < 0x80) {
                bytes[count++] = (byte) c;
            } else {
                return "";
            }
        }
        return decodedOr("", bytes, count, charset);
    }

    /// Many servers send UTF-8 where only ASCII is allowed; it came as Latin-1.
    private static String asUtf8(String latin1) {
        if (latin1.chars().allMatch(c -> c < 0x80)) {
            return latin1;
        }
        byte[] bytes = latin1.getBytes(StandardCharsets.ISO_8859_1);
        return decodedOr(latin1, bytes, bytes.length, StandardCharsets.UTF_8);
    }

    private static String decodedOr(String fallback, byte[] bytes, int count, Charset charset) {
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes, 0, count)).toString();
        } catch (CharacterCodingException notOfThatCharset) {
            return fallback;
        }
    }
}
