package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.http.body.BodyRun.bytesOf;
import static spindle.http.body.BodyRun.sending;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Bodies under another content type, with a listener, or with trailers.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class WrappedBodyTest {
    private final BodyRun loop;
    private final List<String> progress = new ArrayList<>();

    @TempDir
    private Path folder;

    WrappedBodyTest(CoroutineEngine engine) {
        loop = new BodyRun(engine);
    }

    // --- Content types ---

    @Test
    void aStreamTakesAnotherContentType() throws Exception {
        loop.run(() -> {
            RequestBody.OneShot body =
                    RequestBody.stream(new Pieces("ab")).withContentType("text/csv");

            assertThat(body.contentType()).isEqualTo("text/csv");
            assertThat(body)
                    .hasToString("<RequestBody typed type='text/csv' of=<RequestBody"
                            + " stream length=unknown type='application/octet-stream'>>");
            assertThat(bytesOf(body)).asString().isEqualTo("ab");
        });
    }

    @Test
    void aContentTypeThatMayNotBeSentIsRefused() {
        RequestBody body = RequestBody.stream(() -> new Pieces("ab"));

        assertThatIllegalArgumentException().isThrownBy(() -> body.withContentType("a/b\r\n"));
    }

    // --- Progress ---

    @Test
    void aListenerIsToldAfterEachPiece() throws Exception {
        loop.run(() -> {
            RequestBody body =
                    RequestBody.stream(() -> new Pieces("ab", "", "cde")).withProgress(this::note);
            assertThat(bytesOf(body)).asString().isEqualTo("abcde");

            assertThat(progress).containsExactly("2/-1", "5/-1");
        });
    }

    @Test
    void aListenerIsToldTheTotalIfItIsKnown() throws Exception {
        loop.run(() -> {
            RequestBody body = RequestBody.text("hello").withProgress(this::note);
            assertThat(bytesOf(body)).hasSize(5);

            assertThat(progress).containsExactly("5/5");
        });
    }

    @Test
    void aListenerHearsOfAFileInPieces() throws Exception {
        Path file = Files.write(folder.resolve("file"), new byte[2_500_000]);
        loop.run(() -> {
            RequestBody body = RequestBody.file(file).withProgress(this::note);
            assertThat(bytesOf(body)).hasSize(2_500_000);

            assertThat(progress)
                    .containsExactly("1048576/2500000", "2097152/2500000", "2500000/2500000");
        });
    }

    @Test
    void aListenerBeginsAgainWithEachAttempt() throws Exception {
        loop.run(() -> {
            RequestBody.Replayable body = RequestBody.text("hello").withProgress(this::note);
            byte[] _ = bytesOf(body);
            byte[] _ = bytesOf(body);

            assertThat(progress).containsExactly("5/5", "5/5");
        });
    }

    @Test
    void nothingIsToldOfAnEmptyBody() throws Exception {
        loop.run(() -> {
            byte[] _ = bytesOf(RequestBody.empty().withProgress(this::note));

            assertThat(progress).isEmpty();
        });
    }

    @Test
    void aListenerThatThrowsFailsTheUpload() throws Exception {
        loop.run(() -> {
            IllegalStateException failure = new IllegalStateException("no more");
            Pieces pieces = new Pieces("ab", "cd");
            RecordingSink sink = new RecordingSink();
            RequestBody body = RequestBody.stream(pieces).withProgress((sent, total) -> {
                throw failure;
            });

            assertThatThrownBy(() -> await(sending(body, sink))).isSameAs(failure);
            assertThat(sink.sizes()).containsExactly(2);
            assertThat(pieces.isClosed()).isTrue();
        });
    }

    private void note(long sent, long total) {
        progress.add(sent + "/" + total);
    }

    // --- Trailers ---

    @Test
    void trailersAreAskedForAfterTheLastByte() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            RequestBody body = RequestBody.stream(() -> new Pieces("ab", "c"))
                    .withTrailers(() -> Map.of("Digest", sink.bytes().length + ""));
            await(sending(body, sink));

            assertThat(sink.trailers()).containsExactly("Digest: 3");
        });
    }

    @Test
    void whatHasTrailersHasNoKnownLength() {
        assertThat(RequestBody.text("hello").withTrailers(Map::of).length()).isEqualTo(-1);
    }

    @Test
    void trailersAreSentThroughAListenerToo() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            RequestBody body = RequestBody.text("hello")
                    .withTrailers(() -> Map.of("A", "b"))
                    .withProgress(this::note);
            await(sending(body, sink));

            assertThat(sink.trailers()).containsExactly("A: b");
            assertThat(progress).containsExactly("5/-1");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "Content-Length, 3",
        "transfer-encoding, chunked",
        "HOST, a",
        "Authorization, b",
        "Trailer, x"
    })
    void whatMustBeKnownBeforeIsNoTrailer(String name, String value) throws Exception {
        loop.run(() -> {
            RequestBody body = RequestBody.text("hello").withTrailers(() -> Map.of(name, value));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> bytesOf(body))
                    .withMessageContaining("send it in the head");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nb: c", "a\nb", "\u0000", "\u20ac"})
    void aTrailerThatWouldEndItsLineIsRefused(String text) throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            RequestBody name = RequestBody.text("hello").withTrailers(() -> Map.of(text, ""));
            RequestBody value = RequestBody.text("hello").withTrailers(() -> Map.of("a", text));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> await(sending(name, sink)))
                    .withMessageContaining("the name of a trailer must be a token");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> await(sending(value, sink)))
                    .withMessageContaining("the value of the trailer a must");
            assertThat(sink.trailers()).isEmpty();
        });
    }
}
