package spindle.http.body;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;

/// Makes bytes of text, all of it: a character that the charset lacks is an error. `getBytes`
/// would send a question mark in its place.
final class StrictText {
    private StrictText() {}

    /// Returns the bytes, in an array of their own that has nothing else.
    ///
    /// @param what the text is, for errors
    static ByteBuffer encode(String what, String text, Charset charset) {
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
            ByteBuffer bytes = encoder.encode(chars);
            return ByteBuffer.wrap(Arrays.copyOf(bytes.array(), bytes.limit()));
        } catch (CharacterCodingException notInCharset) {
            int index = chars.position();
            throw new IllegalArgumentException(
                    what + " cannot be sent in " + charset + ", which lacks the character "
                            + FieldGrammar.code(text.codePointAt(index)) + " at index " + index,
                    notInCharset);
        }
    }
}
