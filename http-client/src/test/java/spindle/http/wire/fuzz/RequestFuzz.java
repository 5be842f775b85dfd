package spindle.http.wire.fuzz;

import static spindle.http.wire.fuzz.Findings.require;
import static spindle.http.wire.fuzz.Findings.requireEqual;

import spindle.http.wire.BodyFraming;
import spindle.http.wire.ChunkWriter;
import spindle.http.wire.Exchange;
import spindle.http.wire.FieldLines;
import spindle.http.wire.KeepAliveField;
import spindle.http.wire.Playback;
import spindle.http.wire.RequestFraming;
import spindle.http.wire.RequestHead;
import spindle.http.wire.RequestWriter;
import spindle.http.wire.WireLimits;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Requests: what is accepted is written so that it is read back as it was meant, and its
/// framing can be read in one way only.
///
/// An input is a byte for the length of the body, followed by the method, the target, and names
/// and values in turn. Each of these has a byte before it that says how long it is, and whether
/// its last char is lifted out of Latin-1.
public final class RequestFuzz {

    private static final int LIFTED = 0x80;
    private static final int MOST_LENGTH = 0x3f;

    private RequestFuzz() {}

    static List<byte[]> seeds() {
        return List.of(
                seed(0, "GET", "/"),
                seed(0, "GET", "/a?b=c", "Host", "example.org", "Accept", "*/*"),
                seed(0, "CONNECT", "example.org:443", "Host", "example.org:443"),
                seed(0, "OPTIONS", "*", "Max-Forwards", "0"),
                seed(0, "POST", "/", "Content-Length", "0"),
                seed(0, "get", "http://[::1]:80/", "x-LOUD", " \tGr\u00f6\u00dfe "),
                seed(6, "POST", "/", "Content-Length", "5"),
                seed(6, "PUT", "/", "Content-Length", "005", "Host", "x"),
                seed(6, "PUT", "/", "Content-Length", "5, 5"),
                seed(6, "PUT", "/", "Content-Length", "5", "content-length", "5"),
                seed(1, "PATCH", "/", "Transfer-Encoding", "chunked"),
                seed(1, "PATCH", "/", "Transfer-Encoding", "gzip, chunked"),
                seed(1, "POST", "/", "Transfer-Encoding", "chunked", "Content-Length", "5"),
                seed(1, "POST", "/", "A", "b\r\nContent-Length: 5", "C", "d\n e"),
                seed(1, "POST / HTTP/1.1\r\nA: b\r\n", "/ HTTP/1.1", "A: b", "", "", "x"),
                seed(0, "GET", "/", "Keep-Alive", "timeout=5, max=100", "Digest", "a"));
    }

    private static byte[] seed(int body, String... texts) {
        var seed = new StringBuilder().append((char) body);
        for (String text : texts) {
            seed.append((char) text.length()).append(text);
        }
        return seed.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < 1) {
            return;
        }
        int body = input[0] & 0xff;
        List<String> texts = texts(ByteBuffer.wrap(input, 1, input.length - 1));
        if (texts.size() < 2) {
            return;
        }
        RequestHead head;
        try {
            head = head(texts);
        } catch (IllegalArgumentException refused) {
            return;
        }
        checkReadBack(head, texts);
        checkFraming(head, body);
        checkTrailers(head.fields());
        KeepAliveField hint = KeepAliveField.parse(head.fields());
        require(hint.timeoutSeconds() >= -1 && hint.max() >= -1, "a hint is a number or none");
    }

    private static List<String> texts(ByteBuffer input) {
        var texts = new ArrayList<String>();
        while (input.hasRemaining()) {
            int control = input.get();
            var bytes = new byte[Math.min(control & MOST_LENGTH, input.remaining())];
            input.get(bytes);
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            if ((control & LIFTED) != 0 && !text.isEmpty()) {
                int last = text.length() - 1;
                text = text.substring(0, last) + (char) (text.charAt(last) + 0x100);
            }
            texts.add(text);
        }
        return texts;
    }

    private static RequestHead head(List<String> texts) {
        var fields = FieldLines.builder();
        for (int i = 2; i + 1 < texts.size(); i += 2) {
            fields.add(texts.get(i), texts.get(i + 1));
        }
        return new RequestHead(texts.get(0), texts.get(1), fields.build());
    }

    private static void checkReadBack(RequestHead head, List<String> texts) {
        RequestReader read = RequestReader.read(RequestWriter.toBytes(head));
        requireEqual(read.method(), texts.get(0), "the method is read back");
        requireEqual(read.target(), texts.get(1), "the target is read back");
        var fields = new ArrayList<String>();
        for (int i = 2; i + 1 < texts.size(); i += 2) {
            fields.add(texts.get(i));
            fields.add(texts.get(i + 1).replaceAll("^[ \\t]+|[ \\t]+\\z", ""));
        }
        requireEqual(read.fields(), fields, "the fields are read back");
    }

    // --- Framing ---

    /// @param body 0 for none, 1 for one of unknown length, else two more than its length
    private static void checkFraming(RequestHead head, int body) {
        RequestFraming framing;
        try {
            framing = body == 0
                    ? RequestFraming.withoutBody(head.method(), head.fields())
                    : RequestFraming.withBody(
                            head.method(), head.fields(), body == 1 ? -1 : body - 2);
        } catch (IllegalArgumentException refused) {
            return;
        }
        FieldLines fields = FieldLines.builder()
                .addAll(head.fields())
                .addAll(framing.added())
                .build();
        RequestReader read = RequestReader.read(
                RequestWriter.toBytes(new RequestHead(head.method(), head.target(), fields)));
        List<String> lengths = read.values("content-length");
        List<String> encodings = read.values("transfer-encoding");
        switch (framing.body()) {
            case BodyFraming.None() -> {
                require(body == 0 && encodings.isEmpty(), "no body, no encoding");
                require(
                        lengths.isEmpty()
                                || (lengths.size() == 1 && lengths.getFirst().matches("0+")),
                        "no body, no length but zero");
            }
            case BodyFraming.Length(long bytes) -> {
                require(encodings.isEmpty() && lengths.size() == 1, "one length and nothing else");
                require(lengths.getFirst().matches("[0-9]+"), "a length is of digits");
                requireEqual(Long.parseLong(lengths.getFirst()), bytes, "the length is announced");
                require(body == 1 || bytes == body - 2, "the length is that of the body");
            }
            case BodyFraming.Chunked() -> {
                require(lengths.isEmpty() && encodings.size() == 1, "one encoding, nothing else");
                require(encodings.getFirst().equalsIgnoreCase("chunked"), "only chunked");
                require(body != 0, "chunks are a body");
            }
            case BodyFraming.UntilClose(), BodyFraming.Tunnel() ->
                throw new AssertionError("no framing of a request: " + framing.body());
        }
    }

    private static void checkTrailers(FieldLines trailers) {
        if (trailers.count() > WireLimits.DEFAULT.maxFields()) {
            return;
        }
        var last = new byte[ChunkWriter.lastLength(trailers)];
        try {
            ChunkWriter.writeLast(trailers, last, 0);
        } catch (IllegalArgumentException refused) {
            return;
        }
        String outcome = Playback.whole(Exchange.valid(
                "trailers", Exchange.chunked(new String(last, StandardCharsets.ISO_8859_1)), ""));
        requireEqual(
                outcome,
                "HTTP/1.1 200 OK | Transfer-Encoding: chunked | chunked | keep-alive"
                        + (trailers.count() == 0 ? "" : " | trailers " + Playback.show(trailers)),
                "the trailers are read back");
        require(trailers.indexOf("Content-Length", 0) < 0, "no framing behind the body");
    }
}
