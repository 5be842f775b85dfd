package spindle.http.wire.fuzz;

import static spindle.http.wire.fuzz.Findings.requireEqual;

import spindle.http.wire.ChunkWriter;
import spindle.http.wire.Exchange;
import spindle.http.wire.Exchanges;
import spindle.http.wire.FieldLines;
import spindle.http.wire.Playback;
import spindle.http.wire.ResponseKind;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Chunks and trailers, as a peer might send them and as we write them.
///
/// An input is two bytes that say how the rest is cut, and what stands behind the head: once
/// read as chunks, and once sent in chunks and read back.
public final class ChunkFuzz {

    private static final int CONTROL_BYTES = 2;
    private static final byte[] HEAD = Exchange.chunked("").getBytes(StandardCharsets.ISO_8859_1);

    private ChunkFuzz() {}

    static List<byte[]> seeds() {
        String head = Exchange.chunked("");
        return Exchanges.all().stream()
                .map(Exchange::raw)
                .filter(raw -> raw.startsWith(head) && raw.length() < 1000)
                .map(raw -> ("\7\3" + raw.substring(head.length()))
                        .getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < CONTROL_BYTES) {
            return;
        }
        int first = input[0] & 0xff;
        int next = input[1] & 0xff;
        byte[] rest = Arrays.copyOfRange(input, CONTROL_BYTES, input.length);
        ResponseFuzz.check(
                ResponseKind.ORDINARY, next > 127, HEAD.length + first, next, joined(HEAD, rest));
        checkReadBack(rest, 1 + first);
    }

    private static void checkReadBack(byte[] body, int chunk) {
        byte[] bytes = joined(HEAD, written(body, chunk, FieldLines.of("Digest", "d")));
        String shown = Playback.escape(new String(body, StandardCharsets.ISO_8859_1));
        requireEqual(
                Playback.play(Exchange.valid("read back", "", ""), bytes, _ -> bytes.length, false),
                "HTTP/1.1 200 OK | Transfer-Encoding: chunked | chunked | keep-alive | "
                        + (shown.isEmpty() ? "" : shown + " | ")
                        + "trailers Digest: d",
                "chunks read back are those that were written");
    }

    private static byte[] written(byte[] body, int chunk, FieldLines trailers) {
        var out = new ByteArrayOutputStream();
        var size = new byte[ChunkWriter.MOST_SIZE_BYTES];
        for (int at = 0; at < body.length; at += chunk) {
            int length = Math.min(chunk, body.length - at);
            out.write(size, 0, ChunkWriter.writeSize(length, size, 0));
            out.write(body, at, length);
            out.write(size, 0, ChunkWriter.writeEnd(size, 0));
        }
        var last = new byte[ChunkWriter.lastLength(trailers)];
        ChunkWriter.writeLast(trailers, last, 0);
        out.writeBytes(last);
        return out.toByteArray();
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] joined = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, joined, first.length, second.length);
        return joined;
    }
}
