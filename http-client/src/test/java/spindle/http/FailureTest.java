package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;

/// Every failure has a kind, names the request and keeps its cause.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class FailureTest {
    private final ClientRun client;

    FailureTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void nobodyListens() throws Exception {
        client.run((server, session) -> {
            server.stopListening();
            ClientException failure = failureOf(session, server.url("/path"));

            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
            assertThat(failure)
                    .isInstanceOf(ClientException.Connection.class)
                    .isInstanceOf(IOException.class)
                    .hasMessage("GET " + server.url("/path") + ": cannot connect to 127.0.0.1:"
                            + server.port() + ": Connection refused")
                    .hasCauseInstanceOf(ConnectException.class);
        });
    }

    @Test
    void aServerThatStoppedListeningIsRefusedOnAFreshConnectionToo() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::close);
            probe(server, session);
            server.stopListening();
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.REFUSED);
        });
    }

    @Test
    void theNameHasNoAddress() throws Exception {
        client.run((_, session) -> {
            ClientException failure = failureOf(session, "http://no-such-host.invalid/x");

            assertThat(failure.kind()).isEqualTo(Kind.RESOLVE);
            assertThat(failure)
                    .hasMessage("GET http://no-such-host.invalid/x:"
                            + " no address is known for the host no-such-host.invalid")
                    .hasCauseInstanceOf(UnknownHostException.class);
        });
    }

    @Test
    void theAddressCannotBeConnectedTo() throws Exception {
        client.run((_, session) -> {
            ClientException failure = failureOf(session, "http://255.255.255.255/");

            assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
            assertThat(failure)
                    .hasMessageStartingWith("GET http://255.255.255.255/:"
                            + " cannot connect to 255.255.255.255:80: ");
        });
    }

    @Test
    void theServerClosesWithoutAnAnswer() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::close);
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.DISCONNECTED);
            assertThat(failure)
                    .hasMessage("GET " + server.url("/") + ": expected a response but the peer"
                            + " closed the connection before its first byte");
        });
    }

    @Test
    void theServerResetsTheConnection() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::reset);
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.RESET);
            assertThat(failure)
                    .hasMessage("GET " + server.url("/") + ": Connection reset")
                    .hasCauseInstanceOf(IOException.class);
        });
    }

    @Test
    void theBodyBreaksOff() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                peer.close();
            });
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(failure)
                    .hasMessage("GET " + server.url("/") + ": the body ended after 5 of 100 bytes");
        });
    }

    @Test
    void kindsAreOneWordEach() {
        assertThat(Kind.values())
                .extracting(Kind::toString)
                .allMatch(text -> text.matches("[a-z]+(-[a-z]+)?"))
                .doesNotHaveDuplicates();
    }
}
