package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;

import java.nio.charset.Charset;
import java.util.function.Consumer;

/// What a response says of its body before the body is read.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ContentFieldsTest {
    private final ClientRun client;

    ContentFieldsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Content-Type: text/html; charset=utf-8        | text/html        | UTF-8",
                "content-type: Text/HTML;Charset=\"gb2312\"    | text/html        | GB18030",
                "Content-Type: application/json                | application/json |",
                "Content-Type: text/plain; charset=no-such-one | text/plain       |",
                "Content-Type: ; charset=utf-8                 |                  | UTF-8",
                "X-Other: text/html                            |                  |",
            })
    void tellsTypeAndCharset(String field, String type, String charset) throws Exception {
        given("HTTP/1.1 200 OK\r\n" + field + "\r\nContent-Length: 0\r\n\r\n", response -> {
            assertThat(response.contentType().orElse(null)).isEqualTo(type);
            assertThat(response.charset().map(Charset::name).orElse(null)).isEqualTo(charset);
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 OK           | Content-Length: 5          | 5",
                "304 Not Modified | Content-Length: 9999999999 | 9999999999",
                "204 No Content   | X-Other: 5                 | -1",
            })
    void tellsTheLengthThatTheServerSays(String status, String field, long length)
            throws Exception {
        given(
                "HTTP/1.1 " + status + "\r\n" + field + "\r\n\r\nhello",
                response -> assertThat(response.contentLength().orElse(-1)).isEqualTo(length));
    }

    @ParameterizedTest
    @ValueSource(strings = {"chunked", "Chunked"})
    void aBodyInChunksHasNoLength(String coding) throws Exception {
        given(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: " + coding + "\r\n\r\n1\r\nx\r\n0\r\n\r\n",
                response -> assertThat(response.contentLength()).isEmpty());
    }

    private void given(String answer, Consumer<ClientResponse> check) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.send(answer));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                check.accept(response);
            }
        });
    }
}
