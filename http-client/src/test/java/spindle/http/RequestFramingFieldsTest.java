package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import static java.nio.charset.StandardCharsets.US_ASCII;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.http.body.RequestBody;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;

/// Fields that say where a message ends, or the connection, when it is the caller who sets them.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RequestFramingFieldsTest {
    private final ClientRun client;

    RequestFramingFieldsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- Content-Length ---

    @Test
    void aContentLengthThatIsRightIsSentOnce() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(new String(peer.readBody(5), US_ASCII)));
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withHeader("content-length", "5")
                    .withBody(RequestBody.text("hello"));

            assertThat(fetch(session, request)).isEqualTo("hello");
            assertThat(server.requests().getFirst())
                    .doesNotContain("Content-Length")
                    .contains("\r\ncontent-length: 5\r\n");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"4", "6", "-5", "+5", "0x5", "5, 5", "5 5", "", "99999999999999999999"})
    void aContentLengthThatIsWrongIsRefusedBeforeAnythingIsSent(String length) throws Exception {
        client.run((server, session) -> {
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withHeader("Content-Length", length)
                    .withBody(RequestBody.text("hello"));

            assertRefused(server, session, request);
        });
    }

    @Test
    void twoContentLengthsAreRefused() throws Exception {
        client.run((server, session) -> {
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .plusHeader("Content-Length", "5")
                    .plusHeader("Content-Length", "5")
                    .withBody(RequestBody.text("hello"));

            assertRefused(server, session, request);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET", "POST"})
    void aContentLengthWithoutABodyIsRefused(String method) throws Exception {
        client.run((server, session) -> {
            ClientRequest request =
                    ClientRequest.of(method, server.url("/")).withHeader("Content-Length", "5");

            assertRefused(server, session, request);
        });
    }

    @Test
    void aContentLengthOfTheSessionIsRefusedWhereItIsWrong() throws Exception {
        client.run(ClientRun.options().withHeader("Content-Length", "5"), (server, session) -> {
            IllegalArgumentException refused = catchThrowableOfType(
                    IllegalArgumentException.class, () -> fetch(session, server.url("/")));

            assertThat(refused).hasMessageContaining("Content-Length");
            assertThat(server.connections()).isZero();
        });
    }

    @Test
    void aContentLengthOfZeroIsTrueOfNoBody() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("ok"));
            ClientRequest request =
                    ClientRequest.get(server.url("/")).withHeader("Content-Length", "0");

            assertThat(fetch(session, request)).isEqualTo("ok");
            assertThat(server.requests().getFirst()).containsOnlyOnce("Content-Length: 0\r\n");
        });
    }

    @Test
    void aContentLengthFramesAStreamOfUnknownLength() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(peer.readBody()));
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withHeader("Content-Length", "5")
                    .withBody(RequestBody.stream(pieces("he", "llo")));

            assertThat(fetch(session, request)).isEqualTo("hello");
            assertThat(server.requests().getFirst()).doesNotContain("Transfer-Encoding");
        });
    }

    @Test
    void aTraceHasNoBody() throws Exception {
        client.run((server, session) -> {
            ClientRequest request =
                    ClientRequest.of("TRACE", server.url("/")).withBody(RequestBody.text("hello"));

            assertRefused(server, session, request);
        });
    }

    /// It once was sent beside another one.
    @Test
    void aContentEncodingBesideACompressionIsRefused() throws Exception {
        client.run((server, session) -> {
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text("hello"))
                    .withHeader("content-encoding", "gzip")
                    .withCompression("gzip");

            assertRefused(server, session, request);
        });
    }

    private static void assertRefused(
            ScriptedServer server, ClientSession session, ClientRequest request) throws Exception {
        IllegalArgumentException refused =
                catchThrowableOfType(IllegalArgumentException.class, () -> fetch(session, request));
        probe(server, session);

        assertThat(refused).isNotNull();
        assertThat(server.requests()).hasSize(1);
    }

    private static AsyncIterator<ByteBuffer> pieces(String... texts) {
        Queue<String> left = new ArrayDeque<>(List.of(texts));
        return () -> () -> Optional.ofNullable(left.poll())
                .map(text -> ByteBuffer.wrap(text.getBytes(US_ASCII)));
    }

    // --- What is not the caller's to say ---

    @ParameterizedTest
    @ValueSource(strings = {"Transfer-Encoding", "transfer-encoding", "Proxy-Authorization"})
    void whatTheClientSaysItselfIsRefused(String name) {
        ClientRequest request = ClientRequest.get("/");
        Headers fields = Headers.of("X-A", "1", name, "chunked");

        assertThatIllegalArgumentException()
                .isThrownBy(() -> request.withHeader(name, "chunked"))
                .withMessageContainingAll("among the headers");
        assertThatIllegalArgumentException().isThrownBy(() -> request.plusHeader(name, "chunked"));
        assertThatIllegalArgumentException().isThrownBy(() -> request.withHeaders(fields));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRun.options().withHeaders(fields));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ClientRun.options().withHeader(name, "chunked"));
    }

    // --- Connection ---

    @Test
    void aSessionThatSaysCloseKeepsNoConnection() throws Exception {
        client.run(ClientRun.options().withHeader("Connection", "close"), (server, session) -> {
            probe(server, session);

            assertThat(session.connectionsIdle()).isZero();
            assertThat(server.requests().getFirst()).contains("\r\nConnection: close\r\n");
        });
    }

    @Test
    void aRequestThatDropsTheCloseOfItsSessionKeepsItsConnection() throws Exception {
        client.run(ClientRun.options().withHeader("Connection", "close"), (server, session) -> {
            ClientRequest request =
                    ClientRequest.get(server.url("/probe?x")).withoutHeader("Connection");
            try (ClientResponse response = await(session.send(request))) {
                await(response.read());
            }

            assertThat(session.connectionsIdle()).isEqualTo(1);
        });
    }
}
