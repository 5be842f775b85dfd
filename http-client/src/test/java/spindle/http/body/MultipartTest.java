package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.http.body.BodyRun.bytesOf;
import static spindle.http.body.BodyRun.isSoon;
import static spindle.http.body.BodyRun.sending;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/// Bodies of several parts.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class MultipartTest {
    private final BodyRun loop;

    @TempDir
    private Path folder;

    MultipartTest(CoroutineEngine engine) {
        loop = new BodyRun(engine);
    }

    // --- Forms ---

    @Test
    void aFormIsWrittenAsBrowsersDo() throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.form()
                    .field("a", "1")
                    .field("j", RequestBody.jsonText("{}"))
                    .file("f", "x.csv", RequestBody.of("y".getBytes(UTF_8), "text/csv"))
                    .part("p", null, Map.of("X-Own", "z"), RequestBody.empty())
                    .boundary("B")
                    .build();

            assertThat(body.contentType()).isEqualTo("multipart/form-data; boundary=B");
            assertThat(bytesOf(body)).asString().isEqualTo("""
                    --B\r
                    Content-Disposition: form-data; name="a"\r
                    \r
                    1\r
                    --B\r
                    Content-Disposition: form-data; name="j"\r
                    Content-Type: application/json\r
                    \r
                    {}\r
                    --B\r
                    Content-Disposition: form-data; name="f"; filename="x.csv"\r
                    Content-Type: text/csv\r
                    \r
                    y\r
                    --B\r
                    Content-Disposition: form-data; name="p"\r
                    X-Own: z\r
                    \r
                    \r
                    --B--\r
                    """);
        });
    }

    @Test
    void aFormWithoutFieldsHasItsEndOnly() throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.form().boundary("B").build();

            assertThat(bytesOf(body)).asString().isEqualTo("--B--\r\n");
            assertThat(body.length()).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "plain, plain",
                "`a \"b\"`, `a %22b%22`",
                "back\\slash, back\\slash",
                "`per%22cent; x=y`, `per%22cent; x=y`",
                "\u00e4\u20ac\ud83d\ude00, \u00e4\u20ac\ud83d\ude00",
                "``, ``",
                "`tab\there`, `tab\there`",
            })
    void namesAreEscapedAsBrowsersDo(String name, String expected) throws Exception {
        assertNames(name, expected);
    }

    @Test
    void lineBreaksInNamesAreEscaped() throws Exception {
        assertNames("a\r\nX: y\rb\nc", "a%0D%0AX: y%0Db%0Ac");
    }

    private void assertNames(String name, String expected) throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.form()
                    .file(name, name, RequestBody.empty())
                    .boundary("B")
                    .build();
            List<ReadPart> parts = ReadPart.readAll(bytesOf(body), "B");

            assertThat(parts).hasSize(1);
            assertThat(parts.getFirst().headers())
                    .isEqualTo(Map.of(
                            "Content-Disposition",
                            "form-data; name=\"" + expected + "\"; filename=\"" + expected + "\""));
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "a\u0001", "\u007f", "\u001b[0m", "x\ud800"})
    void aNameThatCannotBeSentIsRefused(String name) {
        RequestBody content = RequestBody.empty();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.form().field(name, content));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.form().file("a", name, content));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\r\nX: y", "a\n", "\r", "\u0000", "\ud800"})
    void aHeaderThatWouldEndItsLineIsRefused(String value) {
        assertThatIllegalArgumentException().isThrownBy(() -> formPart("X-Own", value));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> formPart(value, ""))
                .withMessageContaining("the name of a part's header must be a token");
    }

    @Test
    void aContentTypeOfSomebodysOwnBodyIsCheckedToo() {
        RequestBody.Replayable foreign = new RequestBody.Replayable() {
            @Override
            public String contentType() {
                return "a/b\r\nX: y";
            }

            @Override
            public long length() {
                return 0;
            }

            @Override
            public Coroutine<@Nullable Void> writeTo(BodySink sink) {
                return () -> null;
            }
        };

        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.form().field("a", foreign));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.mixed().part(foreign));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Disposition", "content-type"})
    void aHeaderThatIsMadeOfTheOthersIsRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> formPart(name, "a/b"))
                .withMessageContaining("set it there");
    }

    private static MultipartForm formPart(String name, String value) {
        return MultipartBody.form().part("a", null, Map.of(name, value), RequestBody.empty());
    }

    @Test
    void aFileIsSentUnderItsNameWithItsType() throws Exception {
        Path file = Files.writeString(folder.resolve("n\u00e4me.json"), "[]");
        loop.run(() -> {
            RequestBody body =
                    MultipartBody.form().file("f", file).boundary("B").build();
            ReadPart part = ReadPart.readAll(bytesOf(body), "B").getFirst();

            assertThat(part.headers())
                    .containsEntry(
                            "Content-Disposition",
                            "form-data; name=\"f\"; filename=\"n\u00e4me.json\"")
                    .containsEntry("Content-Type", "application/json");
            assertThat(part.text()).isEqualTo("[]");
        });
    }

    @Test
    void aPathWithoutANameIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.form().file("f", Path.of("/")))
                .withMessage("expected a file but got the path /");
    }

    @Test
    void whatWasBuiltStaysAsItIs() throws Exception {
        loop.run(() -> {
            MultipartForm form = MultipartBody.form().field("a", "1").boundary("B");
            RequestBody first = form.build();
            RequestBody second = form.field("b", "2").build();

            assertThat(ReadPart.readAll(bytesOf(first), "B")).hasSize(1);
            assertThat(ReadPart.readAll(bytesOf(second), "B")).hasSize(2);
        });
    }

    /// Line breaks and dashes wherever they may confuse a reader.
    @Test
    void anyContentIsReadBack() throws Exception {
        Random random = new Random(3);
        loop.run(() -> {
            for (int round = 0; round < 100; round++) {
                MultipartParts parts = MultipartBody.mixed().boundary("xyz");
                List<byte[]> contents = new ArrayList<>();
                for (int i = random.nextInt(4); i >= 0; i--) {
                    contents.add(noise(random, random.nextInt(1 + round * 400)));
                }
                contents.forEach(content -> parts.part(RequestBody.of(content)));
                RequestBody body = parts.build();
                byte[] written = bytesOf(body);

                assertThat(ReadPart.readAll(written, "xyz").stream().map(ReadPart::content))
                        .containsExactlyElementsOf(contents);
                assertThat(body.length()).isEqualTo(written.length);
            }
        });
    }

    private static byte[] noise(Random random, int size) {
        byte[] alphabet = "\r\n--xy:\u0000 a".getBytes(UTF_8);
        byte[] noise = new byte[size];
        for (int i = 0; i < size; i++) {
            noise[i] = alphabet[random.nextInt(alphabet.length)];
        }
        return noise;
    }

    // --- Other subtypes ---

    @Test
    void partsHaveHeadersOfTheirOwn() throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.mixed()
                    .part(RequestBody.text("a"))
                    .part(
                            Map.of("Content-Disposition", "attachment; filename=b"),
                            RequestBody.empty())
                    .boundary("B")
                    .build();
            List<ReadPart> parts = ReadPart.readAll(bytesOf(body), "B");

            assertThat(body.contentType()).isEqualTo("multipart/mixed; boundary=B");
            assertThat(parts.getFirst().headers())
                    .isEqualTo(Map.of("Content-Type", "text/plain; charset=UTF-8"));
            assertThat(parts.getLast().headers())
                    .isEqualTo(Map.of("Content-Disposition", "attachment; filename=b"));
        });
    }

    @Test
    void relatedPartsNameTheTypeOfTheirRoot() {
        RequestBody body = MultipartBody.related()
                .part(RequestBody.text("{}", UTF_8, "application/ld+json"))
                .part(RequestBody.text("b"))
                .parameter("start", "<a b\"\\>")
                .boundary("B")
                .build();

        assertThat(body.contentType())
                .isEqualTo("multipart/related; start=\"<a b\\\"\\\\>\";"
                        + " type=\"application/ld+json\"; boundary=B");
    }

    @Test
    void partsMayHavePartsThemselves() throws Exception {
        loop.run(() -> {
            RequestBody inner = MultipartBody.ofSubtype("alternative")
                    .part(RequestBody.text("deep"))
                    .boundary("I")
                    .build();
            RequestBody body = MultipartBody.mixed().part(inner).boundary("O").build();
            ReadPart outer = ReadPart.readAll(bytesOf(body), "O").getFirst();

            assertThat(outer.headers().get("Content-Type"))
                    .isEqualTo("multipart/alternative; boundary=I");
            assertThat(ReadPart.readAll(outer.content(), "I").getFirst().text()).isEqualTo("deep");
        });
    }

    @Test
    void noPartsAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> MultipartBody.mixed().build())
                .withMessage("expected a part at least but multipart/mixed has none: add one");
    }

    @Test
    void whatCannotBeInAContentTypeIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.ofSubtype("mixed; x=y"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.mixed().parameter("a", "b\r\nX: y"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.mixed().parameter("a=", "b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.mixed().parameter("Boundary", "b"));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.mixed()
                        .part(Map.of("Content-Type", "a/b"), RequestBody.empty()));
    }

    // --- Boundaries ---

    @Test
    void aRandomBoundaryNeverComesAgain() {
        Set<String> boundaries = new HashSet<>();
        for (int i = 0; i < 10_000; i++) {
            String boundary = Boundary.random();
            assertThat(Boundary.check(boundary)).matches("spindle-[A-Za-z0-9_-]{24}");
            boundaries.add(boundary);
        }

        assertThat(boundaries).hasSize(10_000);
    }

    @Test
    void aRandomBoundaryIsTheSameInEachAttempt() throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.form().field("a", "1").build();
            String boundary =
                    body.contentType().substring("multipart/form-data; boundary=".length());

            assertThat(ReadPart.readAll(bytesOf(body), boundary)).hasSize(1);
            assertThat(ReadPart.readAll(bytesOf(body), boundary)).hasSize(1);
        });
    }

    @Test
    void aBoundaryThatIsNoTokenIsQuoted() {
        assertThat(MultipartBody.form().boundary("g:08 jU='").build().contentType())
                .isEqualTo("multipart/form-data; boundary=\"g:08 jU='\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a ", "a\"b", "a\r\nb", "a;b", "\u00e4", "a\\b", "a*b"})
    void whatIsNoBoundaryIsRefused(String boundary) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.form().boundary(boundary));
    }

    @Test
    void aBoundaryHasSeventyCharactersAtTheMost() {
        assertThat(MultipartBody.mixed().boundary("b".repeat(70))).isNotNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> MultipartBody.mixed().boundary("b".repeat(71)))
                .withMessage("expected a boundary of 1 to 70 characters but got 71");
    }

    // --- Being sent ---

    @Test
    void smallPartsAreSentTogether() throws Exception {
        loop.run(() -> {
            MultipartForm form = MultipartBody.form();
            for (int i = 0; i < 50; i++) {
                form.field("field" + i, "value");
            }
            RecordingSink sink = new RecordingSink();
            await(form.build().writeTo(sink));

            assertThat(sink.sizes()).hasSize(1);
        });
    }

    /// A stream may be long in coming: what stands before it does not wait, and nor does it.
    @Test
    void aStreamIsSentAsItComes() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            RequestBody body = MultipartBody.mixed()
                    .part(RequestBody.stream(new Pieces("ab", "c")))
                    .boundary("B")
                    .build();
            await(sending(body, sink));

            assertThat(sink.sizes().subList(1, 3)).containsExactly(2, 1);
            assertThat(body.length()).isEqualTo(-1);
        });
    }

    @Test
    void aPartThatIsNotAsLongAsItSaidFails() throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.mixed()
                    .part(RequestBody.stream(() -> new Pieces("abc"), 4))
                    .build();

            assertThatThrownBy(() -> bytesOf(body))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("expected a body of 4 bytes but found only 3 in <");
        });
    }

    @Test
    void aPartHasNoTrailers() throws Exception {
        loop.run(() -> {
            RequestBody part = RequestBody.text("a").withTrailers(() -> Map.of("A", "b"));
            RequestBody body = MultipartBody.mixed().part(part).build();

            assertThatIllegalStateException()
                    .isThrownBy(() -> bytesOf(body))
                    .withMessageStartingWith("the trailer A cannot be sent: only a request");
        });
    }

    @Test
    void partsAfterOneThatFailsAreClosed() throws Exception {
        loop.run(() -> {
            TrackedInput input = new TrackedInput(new byte[3]);
            Pieces pieces = new Pieces("a");
            RequestBody body = MultipartBody.mixed()
                    .part(RequestBody.file(folder.resolve("missing")))
                    .part(RequestBody.stream(input))
                    .part(RequestBody.stream(pieces))
                    .build();

            assertThatThrownBy(() -> await(body.writeTo(new RecordingSink())))
                    .isInstanceOf(NoSuchFileException.class);
            assertThat(isSoon(() -> input.isClosed() && pieces.isClosed())).isTrue();
        });
    }

    @Test
    void aMissingFileFailsBeforeAnythingIsSent() throws Exception {
        loop.run(() -> {
            RequestBody body = MultipartBody.form()
                    .field("a", "1")
                    .file("f", folder.resolve("missing"))
                    .build();
            RecordingSink sink = new RecordingSink();

            assertThatThrownBy(() -> await(sending(body, sink)))
                    .isInstanceOf(NoSuchFileException.class);
            assertThat(sink.operations()).isZero();
        });
    }

    @Test
    void showsHowManyPartsItHas() {
        MultipartForm form = MultipartBody.form().field("secret", "value").boundary("B");

        assertThat(form).hasToString("<MultipartForm parts=1>");
        assertThat(form.build())
                .hasToString(
                        "<RequestBody multipart parts=1 type='multipart/form-data; boundary=B'>");
    }
}
