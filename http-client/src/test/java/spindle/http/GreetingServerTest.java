package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;

import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// Servers that speak before they are asked: what they say must not pass for an answer.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class GreetingServerTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npoison";

    private final ClientRun client;

    GreetingServerTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    static Stream<Arguments> greetings() {
        return Stream.of("H", ANSWER)
                .flatMap(
                        greeting -> Stream.of(false, true).map(tls -> Arguments.of(tls, greeting)));
    }

    /// A test with a session and a server that greets whoever is the first to connect.
    private final class Greeting {
        private final boolean tls;
        private final CountDownLatch connected = new CountDownLatch(1);
        private final CountDownLatch said = new CountDownLatch(1);

        Greeting(boolean tls) {
            this.tls = tls;
        }

        void run(String greeting, ClientOptions options, ClientRun.Body test) throws Exception {
            client.run(
                    options.withTls(Certificates.client()),
                    tls ? ScriptedServer::openTls : ScriptedServer::open,
                    (server, session) -> {
                        server.onConnect(peer -> {
                            if (peer.connection() == 1) {
                                if (tls) {
                                    assertThat(peer.tls().isValid()).isTrue(); // It shakes hands.
                                }
                                Conversation.await(connected);
                                peer.send(greeting);
                                said.countDown();
                            }
                        });
                        test.run(server, session);
                    });
        }

        /// Has the server greet, and the loop look at nothing until it has.
        void hear() throws InterruptedException {
            connected.countDown();
            Conversation.await(said);
        }

        /// Hears it as soon as there is a connection.
        ClientOptions options() {
            Class<?> ready = tls ? ClientEvent.Secured.class : ClientEvent.Connected.class;
            return ClientRun.options().withListener(event -> {
                if (ready.isInstance(event)) {
                    try {
                        hear();
                    } catch (InterruptedException impossible) {
                        throw new AssertionError(impossible);
                    }
                }
            });
        }
    }

    @ParameterizedTest
    @MethodSource("greetings")
    void whatCameWhileAConnectionWasIdleIsNobodysAnswer(boolean tls, String bytes)
            throws Exception {
        Greeting greeting = new Greeting(tls);
        greeting.run(bytes, ClientRun.options(), (server, session) -> {
            assertThat(await(session.preconnect(server.url("/"), 1))).isEqualTo(1);
            greeting.hear();
            probe(server, session);

            assertThat(server.connections()).isEqualTo(2);
        });
    }

    /// The request was sent, and what was there before it was taken for its answer.
    @ParameterizedTest
    @MethodSource("greetings")
    void whatCameWithTheConnectionIsNotTheAnswerToItsFirstRequest(boolean tls, String bytes)
            throws Exception {
        Greeting greeting = new Greeting(tls);
        greeting.run(bytes, greeting.options(), (server, session) -> {
            ClientException failure = failureOf(session, server.url("/probe?first"));

            assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
            assertThat(failure).hasMessageContaining("expected the server to wait for a request");
            probe(server, session);
            assertThat(server.requests()).hasSize(1);
        });
    }

    /// It was kept as if it could be used.
    @ParameterizedTest
    @MethodSource("greetings")
    void aConnectionWhoseServerHasSpokenAlreadyIsNotKept(boolean tls, String bytes)
            throws Exception {
        Greeting greeting = new Greeting(tls);
        greeting.run(bytes, greeting.options(), (server, session) -> {
            assertThat(await(session.preconnect(server.url("/"), 1))).isZero();
            assertThat(session.connectionsIdle()).isZero();
        });
    }
}
