package spindle.http.body;

import java.io.ByteArrayOutputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// Writes `application/x-www-form-urlencoded` (WHATWG URL §5.2): `name=value&name=value`, a space
/// as a plus.
final class FormEncoding {
    private static final String UNCHANGED = "*-._";
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

    // fixed at construction
    private final Charset charset;
    private final ByteArrayOutputStream encoded = new ByteArrayOutputStream();

    private FormEncoding(Charset charset) {
        this.charset = charset;
    }

    static BytesBody encode(Iterable<? extends Map.Entry<String, String>> fields, Charset charset) {
        requireAscii(charset);
        FormEncoding encoding = new FormEncoding(charset);
        for (Map.Entry<String, String> field : fields) {
            encoding.add(field.getKey(), field.getValue());
        }
        return new BytesBody("form", encoding.encoded.toByteArray(), contentType(charset));
    }

    /// The format has its own meaning for some ASCII characters, so their bytes must be ASCII.
    private static void requireAscii(Charset charset) {
        String ascii = "a=b&c";
        byte[] bytes = StrictText.encode("a form", ascii, charset);
        if (!new String(bytes, StandardCharsets.US_ASCII).equals(ascii)) {
            throw new IllegalArgumentException("a form cannot be sent in " + charset
                    + ", in which ASCII characters have other bytes: use UTF-8");
        }
    }

    /// UTF-8 goes without saying; of another one the server would not know.
    private static String contentType(Charset charset) {
        return charset.equals(StandardCharsets.UTF_8)
                ? ContentTypes.FORM
                : ContentTypes.withCharset(ContentTypes.FORM, charset);
    }

    private void add(String name, String value) {
        if (encoded.size() > 0) {
            encoded.write('&');
        }
        append("the name of a form's field", name);
        encoded.write('=');
        append("the value of the form's field '" + name + "'", value);
    }

    private void append(String what, String text) {
        for (byte octet : StrictText.encode(what, text, charset)) {
            char c = (char) (octet & 0xff);
            if (FieldGrammar.isLetterOrDigit(c) || UNCHANGED.indexOf(c) >= 0) {
                encoded.write(c);
            } else if (c == ' ') {
                encoded.write('+');
            } else {
                encoded.write('%');
                encoded.write(HEX[c >> 4]);
                encoded.write(HEX[c & 15]);
            }
        }
    }
}
