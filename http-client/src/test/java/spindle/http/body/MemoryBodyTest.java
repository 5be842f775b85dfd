package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import tools.jackson.core.JacksonException;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Bodies that are in memory: bytes, text, forms and JSON.
class MemoryBodyTest {
    private static final String HALF_A_PAIR = "ab\ud83d";

    // --- Bytes ---

    @Test
    void bytesAreCopied() {
        byte[] bytes = {1, 2, 3};
        BytesBody body = RequestBody.of(bytes);
        bytes[0] = 9;

        assertThat(bytesOf(body)).containsExactly(1, 2, 3);
        assertThat(body.contentType()).isEqualTo("application/octet-stream");
    }

    @Test
    void bytesCannotBeChangedByThoseWhoSendThem() {
        BytesBody body = RequestBody.of(new byte[] {1, 2, 3}, "a/b");
        ByteBuffer first = body.bytes();
        first.get();

        assertThat(first.isReadOnly()).isTrue();
        assertThat(bytesOf(body)).containsExactly(1, 2, 3);
    }

    @Test
    void aBufferIsSentFromItsPositionToItsLimit() {
        ByteBuffer buffer = ByteBuffer.wrap(new byte[] {1, 2, 3, 4, 5}, 1, 3);
        BytesBody body = RequestBody.of(buffer, "a/b");
        buffer.position(4);

        assertThat(bytesOf(body)).containsExactly(2, 3, 4);
        assertThat(body.length()).isEqualTo(3);
    }

    @Test
    void anEmptyBodyHasNoContentType() {
        assertThat(RequestBody.empty().length()).isZero();
        assertThat(RequestBody.empty().contentType()).isNull();
        assertThat(RequestBody.empty()).hasToString("<RequestBody empty length=0>");
    }

    @Test
    void anotherContentTypeKeepsTheBytes() {
        BytesBody body = RequestBody.of(new byte[] {1}).withContentType("a/b; c=\"d e\"");

        assertThat(bytesOf(body)).containsExactly(1);
        assertThat(body).hasToString("<RequestBody bytes length=1 type='a/b; c=\"d e\"'>");
    }

    // --- Text ---

    @ParameterizedTest
    @CsvSource({"UTF-8, 5", "ISO-8859-1, 4", "UTF-16BE, 8", "UTF-16, 10", "windows-1252, 4"})
    void textIsInTheCharsetThatItsTypeSays(Charset charset, int length) {
        BytesBody body = RequestBody.text("t\u00e4xt", charset);

        assertThat(body.contentType()).isEqualTo("text/plain; charset=" + charset.name());
        assertThat(body.length()).isEqualTo(length);
        assertThat(new String(bytesOf(body), charset)).isEqualTo("t\u00e4xt");
    }

    @Test
    void textIsUtf8UnlessToldOtherwise() {
        BytesBody body = RequestBody.text("\u20ac\ud83d\ude00\u0000");

        assertThat(body.contentType()).isEqualTo("text/plain; charset=UTF-8");
        assertThat(bytesOf(body)).isEqualTo("\u20ac\ud83d\ude00\u0000".getBytes(UTF_8));
    }

    @Test
    void textMayBeOfAnotherType() {
        assertThat(RequestBody.text("a,b", US_ASCII, "text/csv").contentType())
                .isEqualTo("text/csv; charset=US-ASCII");
    }

    @Test
    void aCharacterThatTheCharsetLacksIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.text("1\u00a0\u20ac", ISO_8859_1))
                .withMessage("the text cannot be sent in ISO-8859-1, which lacks the character"
                        + " U+20AC at index 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.text("1\ud83d\ude00", US_ASCII))
                .withMessageContaining("U+1F600 at index 1");
    }

    @Test
    void halfASurrogatePairIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.text(HALF_A_PAIR))
                .withMessageContaining("U+D83D at index 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.jsonText(HALF_A_PAIR))
                .withMessageContaining("U+D83D at index 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.form(Map.of(HALF_A_PAIR, "")))
                .withMessageContaining("U+D83D at index 2");
    }

    @Test
    void aCharsetThatOnlyDecodesIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.text("a", Charset.forName("ISO-2022-CN")))
                .withMessageContaining("ISO-2022-CN, which only decodes: use UTF-8");
    }

    // --- Forms ---

    @Test
    void aFormIsEncodedAsPagesDo() {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("plain-*._", "azAZ09");
        fields.put("a b", "1+1=2&3");
        fields.put("", "");
        fields.put("\u00e4", "\u20ac~\r\n/?#%'");
        BytesBody body = RequestBody.form(fields);

        assertThat(text(body))
                .isEqualTo("plain-*._=azAZ09&a+b=1%2B1%3D2%263&=&%C3%A4=%E2%82%AC%7E%0D%0A%2F%3F"
                        + "%23%25%27");
        assertThat(body.contentType()).isEqualTo("application/x-www-form-urlencoded");
    }

    @Test
    void aFormKeepsItsOrderAndRepeatedNames() {
        BytesBody body = RequestBody.form(
                List.of(Map.entry("b", "1"), Map.entry("a", "2"), Map.entry("b", "3")));

        assertThat(text(body)).isEqualTo("b=1&a=2&b=3");
    }

    @Test
    void aFormMayBeEmpty() {
        assertThat(RequestBody.form(Map.of()).length()).isZero();
    }

    /// The field without a name writes nothing before its ampersand.
    @Test
    void aFieldWithoutANameIsSetApartToo() {
        BytesBody body = RequestBody.form(List.of(Map.entry("", ""), Map.entry("a", "")));

        assertThat(text(body)).isEqualTo("=&a=");
    }

    @Test
    void everyCharacterIsDecodedByOthers() {
        StringBuilder all = new StringBuilder();
        for (int c = 0; c < 0x3000; c++) {
            all.appendCodePoint(c);
        }
        String encoded = text(RequestBody.form(Map.of("a", all.toString())));

        assertThat(URLDecoder.decode(encoded.substring(2), UTF_8)).isEqualTo(all.toString());
    }

    @Test
    void aFormInAnotherCharsetSaysSo() {
        BytesBody body = RequestBody.form(List.of(Map.entry("\u00e4", "\u00f6")), ISO_8859_1);

        assertThat(text(body)).isEqualTo("%E4=%F6");
        assertThat(body.contentType())
                .isEqualTo("application/x-www-form-urlencoded; charset=ISO-8859-1");
    }

    @Test
    void aFormInACharsetThatLacksACharacterIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.form(List.of(Map.entry("a", "x\u20ac")), ISO_8859_1))
                .withMessage("the value of the form's field 'a' cannot be sent in ISO-8859-1,"
                        + " which lacks the character U+20AC at index 1");
    }

    @Test
    void aFormInACharsetWithoutAsciiIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.form(List.of(), UTF_16))
                .withMessageContaining("in UTF-16, in which ASCII characters have other bytes");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.form(List.of(), Charset.forName("IBM037")))
                .withMessageContaining("use UTF-8");
    }

    // --- JSON ---

    /// What is sent as JSON.
    record Point(int x, String name) {}

    @Test
    void aValueBecomesJson() {
        BytesBody body = RequestBody.json(new Point(1, "\u00e4"));

        assertThat(new String(bytesOf(body), UTF_8)).isEqualTo("{\"x\":1,\"name\":\"\u00e4\"}");
        assertThat(body).hasToString("<RequestBody json length=19 type='application/json'>");
    }

    @Test
    void nothingBecomesJsonToo() {
        assertThat(text(RequestBody.json(null))).isEqualTo("null");
    }

    @Test
    void jsonMayBeWrittenByAMapperOfOnesOwn() {
        JsonMapper indenting =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

        assertThat(text(JsonBody.of(List.of(1), indenting))).isEqualTo("[ 1 ]");
    }

    @Test
    void jsonTextIsSentAsItIs() {
        BytesBody body = RequestBody.jsonText("{ }");

        assertThat(text(body)).isEqualTo("{ }");
        assertThat(body.contentType()).isEqualTo("application/json");
    }

    @Test
    void whatCannotBeJsonFailsAtOnce() {
        List<Object> itself = new ArrayList<>();
        itself.add(itself);

        assertThatThrownBy(() -> RequestBody.json(itself)).isInstanceOf(JacksonException.class);
    }

    // --- Content types ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "text",
                "/plain",
                "text/",
                " text/plain",
                "te xt/plain",
                "text/plain/x",
                "text/pl\u00e4in",
                "; charset=UTF-8"
            })
    void whatIsNoContentTypeIsRefused(String contentType) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.of(new byte[0], contentType))
                .withMessageContaining("a content type");
    }

    @ParameterizedTest
    @ValueSource(strings = {"a/b\r\nX: y", "a/b\n", "a/b;\u0000", "a/b; c=\u007f", "a/b; \u010a"})
    void aContentTypeThatWouldEndItsLineIsRefused(String contentType) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.empty().withContentType(contentType))
                .withMessageMatching(
                        "a content type must .* but has the character U\\+.* at index" + " \\d+");
    }

    private static byte[] bytesOf(BytesBody body) {
        ByteBuffer bytes = body.bytes();
        byte[] copy = new byte[bytes.remaining()];
        bytes.get(copy);
        return copy;
    }

    private static String text(BytesBody body) {
        return new String(bytesOf(body), US_ASCII);
    }
}
