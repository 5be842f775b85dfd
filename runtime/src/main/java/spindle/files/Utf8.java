package spindle.files;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/// Text as bytes and back. What is neither is an error: replaced, as [String] would, it would be
/// lost for good when the text is written again.
final class Utf8 {
    private Utf8() {}

    /// @param position where in the file the bytes begin, for errors
    static String decode(ByteBuffer bytes, long position) throws CharacterCodingException {
        int start = bytes.position();
        CharsetDecoder decoder = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
        CharBuffer characters = CharBuffer.allocate(bytes.remaining());
        CoderResult result = decoder.decode(bytes, characters, true);
        if (result.isError()) {
            long malformed = position + bytes.position() - start;
            throw new NotUtf8Exception("the bytes at " + malformed + " are not UTF-8");
        }
        return characters.flip().toString();
    }

    static ByteBuffer encode(String text) throws CharacterCodingException {
        CharBuffer characters = CharBuffer.wrap(text);
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(characters);
        } catch (CharacterCodingException malformed) {
            throw new NotUtf8Exception("the text has half a character at " + characters.position()
                    + ", which UTF-8 cannot say");
        }
    }

    /// Says where.
    private static final class NotUtf8Exception extends CharacterCodingException {
        private static final long serialVersionUID = 1L;

        private final String message;

        NotUtf8Exception(String message) {
            this.message = message;
        }

        @Override
        public String getMessage() {
            return message;
        }
    }
}
