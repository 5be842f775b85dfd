package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// Bodies that don't come to their end, whoever is to blame for it.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class BrokenReadingTest {
    private final ClientRun client;

    BrokenReadingTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- The server ends it ---

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aConnectionThatEndsInTheMiddleOfABodyIsToldInEveryWay(Reading way) throws Exception {
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                if (framing.keepsConnection()) {
                    server.on("/", peer -> {
                        framing.begin(peer, "", 100);
                        framing.part(peer, "hello");
                        peer.close();
                    });
                    ClientException failure = failureOf(way, server, session);

                    assertThat(failure.kind()).as("%s", framing).isEqualTo(Kind.TRUNCATED);
                    assertThat(failure).hasMessageStartingWith("GET " + server.url("/") + ": ");
                    assertPartialBody(failure, way, "hello");
                    probe(server, session);
                }
            }
        });
    }

    /// A reset is no end, even where the end of the connection is that of the body.
    @ParameterizedTest
    @EnumSource(Reading.class)
    void aConnectionThatIsResetInTheMiddleOfABodyIsToldInEveryWay(Reading way) throws Exception {
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                server.on("/", peer -> {
                    framing.begin(peer, "", 100);
                    framing.part(peer, "hello");
                    peer.letTheLoopLook();
                    peer.reset();
                });
                ClientException failure = failureOf(way, server, session);

                assertThat(failure.kind()).as("%s", framing).isEqualTo(Kind.RESET);
                assertPartialBody(failure, way, "hello");
                probe(server, session);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aBodyThatIsNotFramedAsItShouldIsToldInEveryWay(Reading way) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                peer.letTheLoopLook();
                peer.send("xyz\r\n");
                peer.awaitClose();
            });
            ClientException failure = failureOf(way, server, session);

            assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
            assertPartialBody(failure, way, "hello");
            probe(server, session);
        });
    }

    @Test
    void aBodyThatBrokeOffFailsAlikeEachTimeItIsRead() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                peer.close();
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                for (int i = 0; i < 3; i++) {
                    ClientException failure = catchThrowableOfType(
                            ClientException.class, () -> await(response.read()));

                    assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
                    assertPartialBody(failure, Reading.READ, "hello");
                }
            }
        });
    }

    @Test
    void aFileHasWhatCameBeforeTheBodyBrokeOff(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("partial");
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                peer.close();
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThatThrownBy(() -> await(response.saveTo(file)))
                        .isInstanceOf(ClientException.class);
            }
        });

        assertThat(file).hasContent("hello");
    }

    // --- We end it ---

    @ParameterizedTest
    @EnumSource(Reading.class)
    void cancellingAReaderDropsTheConnection(Reading way) throws Exception {
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                CountDownLatch looked = new CountDownLatch(1);
                CountDownLatch closed = new CountDownLatch(1);
                server.on("/", peer -> {
                    framing.begin(peer, "", 100);
                    framing.part(peer, "hello");
                    peer.letTheLoopLook();
                    looked.countDown();
                    peer.awaitClose();
                    closed.countDown();
                });
                ClientResponse response = await(session.get(server.url("/")));
                Task<String> reader = createTask(() -> way.all(response));
                until(() -> looked.getCount() == 0);
                reader.cancel();
                assertThatThrownBy(() -> await(reader)).isInstanceOf(CancelledError.class);

                if (way == Reading.SAVE_TO) {
                    response.close(); // It may have been busy with the file.
                }
                assertThat(session.connectionsInUse()).isZero();
                until(() -> closed.getCount() == 0);
                response.close();
                probe(server, session);
            }
        });
    }

    @Test
    void cancellingADiscardDropsTheConnection() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                peer.awaitClose();
            });
            ClientResponse response = await(session.get(server.url("/")));
            Task<?> discarding = createTask(() -> await(response.discard()));
            yieldNow();
            discarding.cancel();
            assertThatThrownBy(() -> await(discarding)).isInstanceOf(CancelledError.class);

            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void closingAResponseFailsWhoReadsIt(Reading way) throws Exception {
        client.run((server, session) -> {
            CountDownLatch looked = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                peer.letTheLoopLook();
                looked.countDown();
                peer.awaitClose();
            });
            ClientResponse response = await(session.get(server.url("/")));
            Task<ClientException> reader = createTask(
                    () -> catchThrowableOfType(ClientException.class, () -> way.all(response)));
            until(() -> looked.getCount() == 0);
            response.close();

            assertThat(await(reader).kind()).isEqualTo(Kind.CLOSED);
            assertPartialBody(await(reader), way, "hello");
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aResponseThatWasClosedEarlyFailsWhoReadsItThen(Reading way) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n");
                peer.awaitClose();
            });
            ClientResponse response = await(session.get(server.url("/")));
            response.close();

            assertThatThrownBy(() -> way.all(response))
                    .isInstanceOf(ClientException.Connection.class)
                    .hasMessage("GET " + server.url("/")
                            + ": the response was closed before its body was read");
        });
    }

    // --- Discarding ---

    @Test
    void discardingWhatIsLeftSavesTheConnection() throws Exception {
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                server.on("/", peer -> framing.respond(peer, "", new byte[10_000]));
                ClientResponse response = await(session.get(server.url("/")));
                await(response.discard());

                assertThat(session.connectionsIdle())
                        .as("%s", framing)
                        .isEqualTo(framing.keepsConnection() ? 1 : 0);
            }
        });
    }

    @Test
    void discardingALargeBodyDropsTheConnection() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100000000\r\n\r\n");
                peer.send(new byte[1_000_000]);
                peer.awaitClose();
            });
            ClientResponse response = await(session.get(server.url("/")));
            await(response.discard());

            assertThat(session.connectionsInUse()).isZero();
            assertThat(session.connectionsIdle()).isZero();
        });
    }

    @Test
    void discardingABodyThatBreaksOffIsNoFailure() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhello");
                peer.close();
            });
            ClientResponse response = await(session.get(server.url("/")));
            await(response.discard());

            probe(server, session);
        });
    }

    private static ClientException failureOf(
            Reading way, ScriptedServer server, ClientSession session) throws Exception {
        try (ClientResponse response = await(session.get(server.url("/")))) {
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> way.all(response));
            assertThat(failure).as("failure of reading").isNotNull();
            return failure;
        }
    }

    /// Who reads in pieces has them already.
    private static void assertPartialBody(ClientException failure, Reading way, String expected) {
        assertThat(failure.partialBody().map(String::new))
                .isEqualTo(way.isWhole() ? Optional.of(expected) : Optional.empty());
    }
}
