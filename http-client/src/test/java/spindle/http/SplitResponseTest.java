package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;

/// Responses that arrive in pieces, and responses that break off: at every byte. After each one
/// a probe asks whether the session is as good as before.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SplitResponseTest {
    private static final String BODY = "hello, world";
    private static final String CHUNKED_HEAD =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
    private static final String INTERIM_HEAD = "HTTP/1.1 103 Early Hints\r\nX: y\r\n\r\n";

    private final ClientRun client;

    SplitResponseTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// The same body in every framing.
    enum Response {
        LENGTH("HTTP/1.1 200 OK\r\nContent-Length: 12\r\nX-A: b\r\n\r\nhello, world"),
        CHUNKED(CHUNKED_HEAD + "7;x\r\nhello, \r\n5\r\nworld\r\n0\r\nX-T: 1\r\n\r\n"),
        INTERIM(INTERIM_HEAD + "HTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\nhello, world"),
        UNTIL_CLOSE("HTTP/1.1 200 OK\r\n\r\nhello, world"),
        ;

        private final String text;

        Response(String text) {
            this.text = text;
        }

        /// Returns whether a response that ends after so many bytes is one that nobody can tell
        /// from a complete one.
        private boolean endsWith(int bytes) {
            return this == UNTIL_CLOSE && bytes >= text.indexOf("\r\n\r\n") + 4;
        }

        private void closeIfThatIsTheEnd(Conversation peer) {
            if (this == UNTIL_CLOSE) {
                peer.close();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void isReadWhereverItIsSplit(Response response) throws Exception {
        String text = response.text;
        client.run((server, session) -> {
            for (int split = 1; split < text.length(); split++) {
                int at = split;
                server.on("/", peer -> {
                    peer.send(text.substring(0, at));
                    peer.letTheLoopLook();
                    peer.send(text.substring(at));
                    response.closeIfThatIsTheEnd(peer);
                });

                assertThat(fetch(session, server.url("/")))
                        .as("split at %d", at)
                        .isEqualTo(BODY);
                probe(server, session);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void isReadByteByByte(Response response) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                for (int i = 0; i < response.text.length(); i++) {
                    peer.send(response.text.substring(i, i + 1));
                    peer.letTheLoopLook();
                }
                response.closeIfThatIsTheEnd(peer);
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo(BODY);
            probe(server, session);
        });
    }

    @ParameterizedTest
    @EnumSource
    void isTruncatedWhereverTheServerClosesTheConnection(Response response) throws Exception {
        client.run((server, session) -> {
            for (int length = 0; length < response.text.length(); length++) {
                String part = response.text.substring(0, length);
                server.on("/", peer -> {
                    peer.send(part);
                    peer.close();
                });
                ClientException failure = catchThrowableOfType(
                        ClientException.class, () -> fetch(session, server.url("/")));

                if (response.endsWith(length)) {
                    assertThat(failure).as("closed after %d", length).isNull();
                } else {
                    assertThat(failure).as("closed after %d", length).isNotNull();
                    assertThat(failure.kind())
                            .as("closed after %d", length)
                            .isEqualTo(length == 0 ? Kind.DISCONNECTED : Kind.TRUNCATED);
                    assertThat(failure).hasMessageStartingWith("GET " + server.url("/: "));
                }
                probe(server, session);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void isBrokenWhereverTheServerResetsTheConnection(Response response) throws Exception {
        client.run((server, session) -> {
            for (int length = 0; length < response.text.length(); length++) {
                String part = response.text.substring(0, length);
                boolean look = length % 2 == 0;
                server.on("/", peer -> {
                    peer.send(part);
                    if (look) {
                        peer.letTheLoopLook();
                    }
                    peer.reset();
                });
                ClientException failure = ClientRun.failureOf(session, server.url("/"));

                assertThat(failure.kind()).as("reset after %d", length).isEqualTo(Kind.RESET);
                assertThat(failure).hasMessageContaining("reset");
                probe(server, session);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(names = {"LENGTH", "CHUNKED", "INTERIM"})
    void isCompleteIfTheServerResetsTheConnectionBehindIt(Response response) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(response.text);
                peer.reset();
            });
            for (int i = 0; i < 20; i++) {
                assertThat(fetch(session, server.url("/"))).isEqualTo(BODY);
                probe(server, session);
            }
        });
    }
}
