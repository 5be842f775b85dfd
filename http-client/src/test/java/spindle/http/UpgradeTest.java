package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.net.Protocol;
import spindle.net.Transport;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;

/// A connection that turns to another protocol, and whoever takes it over, or does not.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class UpgradeTest {
    private static final String SWITCHES =
            "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n";

    private final ClientRun client;

    UpgradeTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void theOtherProtocolSpeaksWithTheServer() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(SWITCHES);
                assertThat(peer.readBody(5)).asString().isEqualTo("hello");
                peer.send("HELLO");
                peer.close();
            });
            try (ClientResponse response = await(session.send(request(server)))) {
                assertThat(response.status()).isEqualTo(101);
                assertThat(response.headers().first("Upgrade")).contains("echo");
                Listening listening = response.upgrade(new Listening());
                listening.say("hello");
                until(listening::isOver);

                assertThat(listening.heard()).isEqualTo("HELLO");
            }
            assertThat(server.requests().getFirst())
                    .containsIgnoringCase("\r\nConnection: upgrade\r\n")
                    .contains("\r\nUpgrade: echo\r\n");
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatTheServerSaysAtOnceComesFirst(boolean withTheHead) throws Exception {
        client.run((server, session) -> {
            CountDownLatch said = new CountDownLatch(1);
            CountDownLatch takenOver = new CountDownLatch(1);
            server.on("/", peer -> {
                if (withTheHead) {
                    peer.send(SWITCHES + "first");
                } else {
                    peer.send(SWITCHES);
                    peer.letTheLoopLook();
                    peer.send("first");
                }
                peer.letTheLoopLook();
                said.countDown();
                Conversation.await(takenOver);
                peer.send(", second");
                peer.close();
            });
            try (ClientResponse response = await(session.send(request(server)))) {
                until(() -> said.getCount() == 0);
                Listening listening = response.upgrade(new Listening());
                takenOver.countDown();
                until(listening::isOver);

                assertThat(listening.heard()).isEqualTo("first, second");
            }
        });
    }

    @Test
    void theConnectionIsNoMoreThePools() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            server.on("/", peer -> {
                peer.send(SWITCHES);
                peer.awaitClose();
            });
            ClientResponse response = await(session.send(request(server)));
            assertThat(session.connectionsInUse()).isZero();
            Listening listening = response.upgrade(new Listening());
            probe(server, session);
            response.close();
            session.close();
            assertThat(listening.transport().isClosing()).isFalse();
            listening.transport().close();
            until(listening::isOver);
        });
    }

    @Test
    void theBodyOfSuchAResponseIsEmpty() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(SWITCHES + "not a body");
                peer.awaitClose();
            });
            try (ClientResponse response = await(session.send(request(server)))) {
                assertThat(await(response.read())).isEmpty();
            }
        });
    }

    // --- Not taken over ---

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatNobodyTakesOverIsClosedWithTheResponse(boolean discard) throws Exception {
        client.run((server, session) -> {
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send(SWITCHES + "hello?");
                peer.awaitClose();
                closed.countDown();
            });
            ClientResponse response = await(session.send(request(server)));
            if (discard) {
                await(response.discard());
            } else {
                response.close();
            }
            until(() -> closed.getCount() == 0);

            assertThat(catchThrowableOfType(
                                    ClientException.class, () -> response.upgrade(new Listening()))
                            .kind())
                    .isEqualTo(Kind.RESET);
            probe(server, session);
        });
    }

    /// It was nobody's: not the pool's any more, and no protocol's yet.
    @Test
    void whatNobodyTakesOverIsClosedWithTheSession() throws Exception {
        client.run((server, session) -> {
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send(SWITCHES);
                peer.awaitClose();
                closed.countDown();
            });
            ClientResponse response = await(session.send(request(server)));
            session.close();
            until(() -> closed.getCount() == 0);

            assertThatThrownBy(() -> response.upgrade(new Listening()))
                    .isInstanceOf(ClientException.class);
        });
    }

    @Test
    void aConnectionThatIsLostBeforeIsToldToWhoTakesItOver() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(SWITCHES);
                peer.letTheLoopLook();
                peer.reset();
            });
            try (ClientResponse response = await(session.send(request(server)))) {
                Listening listening = new Listening();
                try {
                    response.upgrade(listening);
                    until(listening::isOver);
                } catch (ClientException lost) {
                    assertThat(lost.kind()).isEqualTo(Kind.RESET);
                    assertThat(lost).hasMessageContaining("before it was taken over");
                }
            }
            probe(server, session);
        });
    }

    @Test
    void anEndThatCameBeforeIsHeardAfterwards() throws Exception {
        client.run((server, session) -> {
            CountDownLatch gone = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send(SWITCHES + "bye");
                peer.close();
                gone.countDown();
            });
            try (ClientResponse response = await(session.send(request(server)))) {
                until(() -> gone.getCount() == 0);
                Listening listening = response.upgrade(new Listening());
                until(listening::isOver);

                assertThat(listening.heard()).isEqualTo("bye");
            }
        });
    }

    // --- Mistakes ---

    @Test
    void onlyASwitchCanBeTakenOver() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("no"));
            try (ClientResponse response = await(session.send(request(server)))) {
                assertThatThrownBy(() -> response.upgrade(new Listening()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("expected a status of 101 (Switching Protocols) but it is 200");
                assertThat(await(response.text())).isEqualTo("no");
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aConnectionIsTakenOverOnce() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(SWITCHES);
                peer.awaitClose();
            });
            try (ClientResponse response = await(session.send(request(server)))) {
                Listening first = response.upgrade(new Listening());

                assertThatThrownBy(() -> response.upgrade(new Listening()))
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessage("the connection was taken over already, by " + first);
                first.transport().close();
                until(first::isOver);
            }
        });
    }

    private static ClientRequest request(ScriptedServer server) {
        return ClientRequest.get(server.url("/")).withUpgrade("echo");
    }

    /// Keeps what it hears.
    private static final class Listening implements Protocol {
        private final StringBuilder heard = new StringBuilder();
        private @Nullable Transport transport;
        private boolean over;

        @Override
        public void connectionMade(Transport made) {
            transport = made;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            heard.append(StandardCharsets.ISO_8859_1.decode(data));
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            over = true;
        }

        Transport transport() {
            if (transport == null) {
                throw new IllegalStateException("not connected yet");
            }
            return transport;
        }

        void say(String words) {
            transport().write(ByteBuffer.wrap(words.getBytes(StandardCharsets.ISO_8859_1)));
        }

        String heard() {
            return heard.toString();
        }

        boolean isOver() {
            return over;
        }

        @Override
        public String toString() {
            return "<Listening>";
        }
    }
}
