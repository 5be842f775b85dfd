package spindle.http.body;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;

/// Makes bytes of text, all of it: a character that the charset lacks is an error. `getBytes`
/// would send a question mark in its place.
final class StrictText {
    private StrictText() {}

    /// @param what the text is, for errors
    static byte[] encode(String what, String text, Charset charset) {
        if (!charset.canEncode()) {
            throw new IllegalArgumentException(
                    what + " cannot be sent in " + charset + ", which only decodes: use UTF-8");
        }
        CharsetEncoder encoder = charset.newEncoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        // An array, since the encoder goes through any other buffer char by char.
        CharBuffer chars = CharBuffer.wrap(text.toCharArray());
        try {
            ByteBuffer encoded = encoder.encode(chars);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (CharacterCodingException notInCharset) {
            int index = chars.position();
            throw new IllegalArgumentException(
                    what + " cannot be sent in " + charset + ", which lacks the character "
                            + FieldGrammar.code(text.codePointAt(index)) + " at index " + index,
                    notInCharset);
        }
    }
}
