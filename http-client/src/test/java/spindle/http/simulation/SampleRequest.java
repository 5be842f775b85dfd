package spindle.http.simulation;

import static spindle.Async.await;
import static spindle.Async.sleep;

import org.jspecify.annotations.Nullable;

import spindle.AsyncIterator;
import spindle.http.ClientRequest;
import spindle.http.body.MultipartBody;
import spindle.http.body.RequestBody;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.zip.CRC32;

/// A request of any kind.
final class SampleRequest {
    // fixed at construction
    private final Dice dice;
    private final ClientRequest request;
    private final String url;
    private final String body;
    private final boolean bodyBroken;

    SampleRequest(int id, String host, Dice dice, boolean calm) {
        this.dice = dice;
        this.url = "http://" + host + "/" + id + "/" + dice.below(3);
        ClientRequest plain = ClientRequest.of(
                dice.pick(
                        "GET", "GET", "GET", "HEAD", "POST", "POST", "PUT", "PATCH", "DELETE",
                        "OPTIONS"),
                url);
        boolean hasBody = plain.method().startsWith("P");
        byte[] content = Payloads.text(id, dice.oneIn(6) ? 300_000 : dice.size(10_000));
        int kind = hasBody ? dice.below(calm ? 9 : 11) : -1;
        this.body = switch (kind) {
            case -1 -> "no body";
            case 0, 1 -> "bytes";
            case 2 -> "text";
            case 3 -> "form";
            case 4 -> "a stream of unknown length";
            case 5 -> "a stream of known length";
            case 6 -> "a stream that can be sent again";
            case 7 -> "multipart";
            case 8 -> "a blocking stream";
            case 9 -> "a stream that breaks";
            default -> "a stream that lies about its length";
        };
        this.bodyBroken = kind >= 9;
        RequestBody made = body(kind, content);
        this.request = made == null ? plain : with(plain, made, kind, content);
    }

    private ClientRequest with(ClientRequest plain, RequestBody made, int kind, byte[] content) {
        ClientRequest whole = plain.withBody(made);
        if (dice.oneIn(4)) {
            whole = whole.withExpectContinue();
        }
        if (dice.oneIn(6)) {
            return whole.withCompression("gzip");
        }
        if (kind == 3 || kind == 7 || bodyBroken) {
            return whole;
        }
        CRC32 sum = new CRC32();
        sum.update(content);
        return whole.withHeader("X-Body", Long.toString(sum.getValue()));
    }

    private @Nullable RequestBody body(int kind, byte[] content) {
        return switch (kind) {
            case -1 -> null;
            case 0, 1 -> RequestBody.of(content);
            case 2 -> RequestBody.text(new String(content, StandardCharsets.ISO_8859_1));
            case 3 -> RequestBody.form(Map.of("a", "b"));
            case 4 -> RequestBody.stream(pieces(content, content.length));
            case 5 -> RequestBody.stream(pieces(content, content.length), content.length);
            case 6 -> RequestBody.stream(() -> pieces(content, content.length));
            case 7 ->
                MultipartBody.form().field("name", "value").boundary("x-x").build();
            case 8 ->
                RequestBody.stream(pieces(content, content.length))
                        .withTrailers(() -> Map.of("X-Sum", "1"));
            case 9 -> RequestBody.stream(pieces(content, content.length / 2), content.length);
            default -> RequestBody.stream(pieces(content, content.length), content.length + 1L);
        };
    }

    /// @param breaksAt where it fails
    private AsyncIterator<ByteBuffer> pieces(byte[] content, int breaksAt) {
        int[] at = {0};
        Dice own = dice.fork();
        return () -> () -> {
            if (at[0] >= content.length) {
                return Optional.empty();
            }
            if (at[0] >= breaksAt) {
                throw new IOException("the stream broke");
            }
            if (own.oneIn(4)) {
                await(sleep(own.upTo(Duration.ofMillis(700))));
            }
            int from = at[0];
            at[0] = Math.min(content.length, from + 1 + own.size(1 << 17));
            return Optional.of(ByteBuffer.wrap(Arrays.copyOfRange(content, from, at[0])));
        };
    }

    ClientRequest request() {
        return request;
    }

    /// Returns whether its body cannot be sent.
    boolean isBodyBroken() {
        return bodyBroken;
    }

    @Override
    public String toString() {
        return request.method() + " " + url + " with " + body;
    }
}
