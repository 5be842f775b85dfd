package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;

import java.util.List;
import java.util.function.UnaryOperator;

/// Limits on what a server may send, for all requests of a session or for one: what is within them
/// passes, and the error names the one that was broken. Those of compressed bodies are in
/// [DecompressionTest].
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ResponseLimitsTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String EMPTY = "Content-Length: 0\r\n\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

    /// A limit, what just keeps to it, and what does not.
    private record Case(
            String name, UnaryOperator<ResponseLimits> limit, String within, String beyond) {}

    private static final List<Case> CASES = List.of(
            new Case(
                    "maxLineBytes is 40",
                    limits -> limits.withMaxLineBytes(40),
                    OK + "X: " + "x".repeat(37) + "\r\n" + EMPTY,
                    OK + "X: " + "x".repeat(38) + "\r\n" + EMPTY),
            new Case(
                    "maxHeadBytes is 100",
                    limits -> limits.withMaxHeadBytes(100),
                    OK + "X: " + "x".repeat(57) + "\r\n" + EMPTY,
                    OK + "X: " + "x".repeat(58) + "\r\n" + EMPTY),
            new Case(
                    "maxFields is 3",
                    limits -> limits.withMaxFields(3),
                    OK + "A: 1\r\nB: 2\r\n" + EMPTY,
                    OK + "A: 1\r\nB: 2\r\nC: 3\r\n" + EMPTY),
            new Case(
                    "maxChunkExtensionBytes is 8",
                    limits -> limits.withMaxChunkExtensionBytes(8),
                    CHUNKED + "1;a=b\r\nx\r\n1;c=d\r\nx\r\n0\r\n\r\n",
                    CHUNKED + "1;a=b\r\nx\r\n1;c=de\r\nx\r\n0\r\n\r\n"),
            new Case(
                    "maxTrailerBytes is 10",
                    limits -> limits.withMaxTrailerBytes(10),
                    CHUNKED + "0\r\nX: 123\r\n\r\n",
                    CHUNKED + "0\r\nX: 1234\r\n\r\n"),
            new Case(
                    "maxInterimResponses is 2",
                    limits -> limits.withMaxInterimResponses(2),
                    "HTTP/1.1 103 Hints\r\n\r\n".repeat(2) + OK + EMPTY,
                    "HTTP/1.1 103 Hints\r\n\r\n".repeat(3) + OK + EMPTY),
            new Case(
                    "maxBodyBytes is 5",
                    limits -> limits.withMaxBodyBytes(5),
                    CHUNKED + "3\r\n123\r\n2\r\n45\r\n0\r\n\r\n",
                    CHUNKED + "3\r\n123\r\n3\r\n456\r\n0\r\n\r\n"));

    private final ClientRun client;

    ResponseLimitsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void aRequestHasLimitsOfItsOwn() throws Exception {
        client.run((server, session) -> {
            for (Case each : CASES) {
                ClientRequest request = ClientRequest.get(server.url("/"))
                        .withLimits(each.limit.apply(ResponseLimits.defaults()));
                server.on("/", peer -> peer.send(each.within));
                try (ClientResponse response = await(session.send(request))) {
                    await(response.read());
                }
                server.on("/", peer -> peer.send(each.beyond));

                assertLimit(failureOf(session.send(request)), server, each);
                try (ClientResponse response = await(session.get(server.url("/")))) {
                    await(response.read()); // Other requests don't share them.
                }
                probe(server, session);
            }
        });
    }

    @Test
    void aSessionHasLimitsForAll() throws Exception {
        for (Case each : CASES) {
            ClientOptions options =
                    ClientRun.options().withLimits(each.limit.apply(ResponseLimits.defaults()));
            client.run(options, (server, session) -> {
                server.on("/", peer -> peer.send(each.beyond));
                assertLimit(failureOf(session, server.url("/")), server, each);
                server.on("/", peer -> peer.send(each.within));
                for (int i = 0; i < 2; i++) {
                    try (ClientResponse response = await(session.get(server.url("/")))) {
                        await(response.read());
                    }
                }
                assertThat(server.connections()).as(each.name).isLessThanOrEqualTo(2);
            });
        }
    }

    private static void assertLimit(ClientException failure, ScriptedServer server, Case broken) {
        assertThat(failure.kind()).as(broken.name).isEqualTo(Kind.LIMIT);
        assertThat(failure)
                .isInstanceOf(ClientException.Protocol.class)
                .hasMessageStartingWith("GET " + server.url("/") + ": ")
                .hasMessageContaining("the limit " + broken.name);
    }

    /// Only what is collected in memory is limited by it.
    @Test
    void aBodyInPiecesMayBeLongerThanMemoryMayHold() throws Exception {
        client.run(ClientRun.options().withMaxBodyBytes(5), (server, session) -> {
            server.on("/", peer -> peer.respond("x".repeat(100_000)));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(Reading.PIECES.all(response)).hasSize(100_000);
            }
            probeIsTooLong(server, session);
        });
    }

    private static void probeIsTooLong(ScriptedServer server, ClientSession session) {
        assertThat(failureOf(session, server.url("/probe?123456")).kind()).isEqualTo(Kind.LIMIT);
    }

    @Test
    void limitsThatMakeNoSenseAreRefusedByName() {
        ResponseLimits limits = ResponseLimits.defaults();

        assertThatThrownBy(() -> limits.withMaxLineBytes(1)).hasMessageContaining("maxLineBytes");
        assertThatThrownBy(() -> limits.withMaxHeadBytes(-1)).hasMessageContaining("maxHeadBytes");
        assertThatThrownBy(() -> limits.withMaxFields(-1)).hasMessageContaining("maxFields");
        assertThatThrownBy(() -> limits.withMaxChunkExtensionBytes(-1))
                .hasMessageContaining("maxChunkExtensionBytes");
        assertThatThrownBy(() -> limits.withMaxTrailerBytes(1))
                .hasMessageContaining("maxTrailerBytes");
        assertThatThrownBy(() -> limits.withMaxInterimResponses(-1))
                .hasMessageContaining("maxInterimResponses");
        assertThatThrownBy(() -> limits.withMaxBodyBytes(-1)).hasMessageContaining("maxBodyBytes");
        assertThatThrownBy(() -> limits.withMaxDecodedBytes(-1))
                .hasMessageContaining("maxDecodedBytes");
        assertThatThrownBy(() -> limits.withMaxDecodingRatio(0))
                .hasMessageContaining("maxDecodingRatio");
    }
}
