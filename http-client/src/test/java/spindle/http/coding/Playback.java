package spindle.http.coding;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Feeds a coded body to a decoder, in pieces, with an output buffer of a given size.
final class Playback {

    static final int[] OUTPUT_SIZES = {1, 7, 8192};

    private Playback() {}

    static byte[] whole(byte[] coded, String... codings) throws ContentException {
        return whole(coded, DecodingLimits.DEFAULT, codings);
    }

    static byte[] whole(byte[] coded, DecodingLimits limits, String... codings)
            throws ContentException {
        return pieces(coded, Integer.MAX_VALUE, 8192, limits, codings);
    }

    /// Decodes pieces of one size.
    static byte[] pieces(
            byte[] coded, int pieceSize, int outputSize, DecodingLimits limits, String... codings)
            throws ContentException {
        try (var decoder = ContentDecoder.of(List.of(codings), limits)) {
            var decoded = new ByteArrayOutputStream();
            ByteBuffer output = ByteBuffer.allocate(outputSize);
            for (int at = 0; at < coded.length; at += Math.min(pieceSize, coded.length - at)) {
                int size = Math.min(pieceSize, coded.length - at);
                feed(decoder, ByteBuffer.wrap(coded, at, size), output, decoded);
            }
            end(decoder, output, decoded);
            return decoded.toByteArray();
        }
    }

    /// Decodes two pieces, from direct buffers.
    static byte[] split(byte[] coded, int at, int outputSize, String... codings)
            throws ContentException {
        try (var decoder = ContentDecoder.of(List.of(codings), DecodingLimits.DEFAULT)) {
            var decoded = new ByteArrayOutputStream();
            ByteBuffer input = ByteBuffer.allocateDirect(coded.length);
            ByteBuffer output = ByteBuffer.allocateDirect(outputSize);
            input.put(coded).position(0).limit(at);
            feed(decoder, input, output, decoded);
            feed(decoder, input.limit(coded.length), output, decoded);
            end(decoder, output, decoded);
            return decoded.toByteArray();
        }
    }

    /// Decodes in pieces, and says what came of it: the body, or the kind of the failure.
    static String outcome(byte[] coded, int pieceSize, int outputSize, String... codings) {
        try {
            byte[] decoded = pieces(coded, pieceSize, outputSize, DecodingLimits.DEFAULT, codings);
            return new String(decoded, StandardCharsets.ISO_8859_1);
        } catch (ContentException e) {
            return e.kind() + ": " + e.getMessage();
        }
    }

    static void feed(
            ContentDecoder decoder,
            ByteBuffer input,
            ByteBuffer output,
            ByteArrayOutputStream decoded)
            throws ContentException {
        do {
            decoder.decode(input, output);
            drain(output, decoded);
        } while (decoder.isOutputPending());
        if (input.hasRemaining()) {
            throw new AssertionError(input.remaining() + " bytes were left though there was room");
        }
    }

    private static void end(
            ContentDecoder decoder, ByteBuffer output, ByteArrayOutputStream decoded)
            throws ContentException {
        do {
            decoder.endOfInput(output);
            drain(output, decoded);
        } while (decoder.isOutputPending());
    }

    private static void drain(ByteBuffer output, ByteArrayOutputStream decoded) {
        output.flip();
        while (output.hasRemaining()) {
            decoded.write(output.get());
        }
        output.clear();
    }
}
