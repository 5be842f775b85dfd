package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.CoroutineEngine;
import spindle.Task;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;

/// Every way to read a body, with every way to say where it ends.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ReadingTest {
    private static final String BODY = "the first line\nthe second";

    private final ClientRun client;

    ReadingTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    static Stream<List<Object>> waysAndFramings() {
        return Stream.of(Reading.values())
                .flatMap(way -> Stream.of(Framing.values()).map(framing -> List.of(way, framing)));
    }

    @ParameterizedTest
    @MethodSource("waysAndFramings")
    void readsTheBody(List<Object> given) throws Exception {
        Reading way = (Reading) given.get(0);
        Framing framing = (Framing) given.get(1);
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> framing.respond(peer, "", BODY.getBytes(StandardCharsets.ISO_8859_1)));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(way.all(response)).isEqualTo(BODY);
            }
            probe(server, session);

            assertThat(server.connections()).isEqualTo(framing.keepsConnection() ? 1 : 2);
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void readsAnEmptyBodyOfEachKind(Reading way) throws Exception {
        List<String> empty = List.of(
                "200 OK\r\nContent-Length: 0\r\n",
                "200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
                "204 No Content\r\n",
                "304 Not Modified\r\nContent-Length: 1000\r\n",
                "304 Not Modified\r\nTransfer-Encoding: chunked\r\n");
        client.run((server, session) -> {
            for (String head : empty) {
                server.on("/", peer -> peer.send("HTTP/1.1 " + head + "\r\n"));
                try (ClientResponse response = await(session.get(server.url("/")))) {
                    assertThat(way.all(response)).as(head).isEmpty();
                }
            }
            probe(server, session);

            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void readsABodyThatIsEmptySinceTheConnectionEnds(Reading way) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\n\r\n");
                peer.close();
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(way.all(response)).isEmpty();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aResponseToHeadHasNoBodyWhateverItSays(Reading way) throws Exception {
        List<String> fields =
                List.of("Content-Length: 1000", "Transfer-Encoding: chunked", "X-Nothing: said");
        client.run((server, session) -> {
            for (String field : fields) {
                server.on("/", peer -> peer.send("HTTP/1.1 200 OK\r\n" + field + "\r\n\r\n"));
                try (ClientResponse response = await(session.head(server.url("/")))) {
                    assertThat(way.all(response)).as(field).isEmpty();
                    assertThat(response.headers().first("Content-Length").orElse("1000"))
                            .isEqualTo("1000");
                }
            }
            probe(server, session);

            assertThat(server.connections()).isEqualTo(1);
        });
    }

    // --- More than once ---

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aBodyThatWasReadWholeIsReadAgainFromMemoryOnly(Reading again) throws Exception {
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                await(response.read());

                if (again.isWhole()) {
                    assertThat(again.all(response)).isEqualTo("hello");
                } else {
                    assertThatThrownBy(() -> again.all(response))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("the body was read whole already: use what that returned");
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aBodyThatWasReadInPiecesIsNotKept(Reading again) throws Exception {
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                assertThat(Reading.PIECES.all(response)).isEqualTo("hello");

                if (again.isWhole()) {
                    assertThatThrownBy(() -> again.all(response))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessage("the body was read piece by piece, and is not kept: read"
                                    + " it whole, or in pieces, but not both");
                } else {
                    assertThat(again.all(response)).as("what is left").isEmpty();
                }
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aBodyThatWasDiscardedIsNotTakenForAnEmptyOne(Reading late) throws Exception {
        client.run((server, session) -> {
            ClientResponse response = await(session.get(server.url("/probe?hello")));
            await(response.discard());

            assertThatThrownBy(() -> late.all(response))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the body was discarded: read it before, or don't discard it");
        });
    }

    @Test
    void aBodyThatWasReadIsThereEvenWhenItIsDiscardedThen() throws Exception {
        client.run((server, session) -> {
            ClientResponse response = await(session.get(server.url("/probe?hello")));
            await(response.read());
            await(response.discard());

            assertThat(await(response.text())).isEqualTo("hello");
        });
    }

    /// A file would have been emptied for nothing.
    @Test
    void savingABodyThatWasReadLeavesTheFileAlone(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("precious"), "precious");
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                await(response.read());
                assertThatThrownBy(() -> await(response.saveTo(file)))
                        .isInstanceOf(IllegalStateException.class);
            }
        });

        assertThat(file).hasContent("precious");
    }

    @Test
    void savingOverwritesAFileThatIsThere(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("old"), "something longer than the body");
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                assertThat(await(response.saveTo(file))).isEqualTo(5);
            }
        });

        assertThat(file).hasContent("hello");
    }

    /// Who saves a body may just be busy with the file.
    static Stream<List<Object>> twoWays() {
        return Stream.of(Reading.values())
                .filter(one -> one != Reading.SAVE_TO)
                .flatMap(one -> Stream.of(Reading.values()).map(other -> List.of(one, other)));
    }

    /// One that reads the whole body keeps what has come until it is complete. Another one that
    /// asked for pieces took that away, and the first got what was left for the whole.
    @ParameterizedTest
    @MethodSource("twoWays")
    void whatOneTaskReadsNoOtherTakesAway(List<Object> given) throws Exception {
        Reading one = (Reading) given.get(0);
        Reading other = (Reading) given.get(1);
        client.run((server, session) -> {
            CountDownLatch looked = new CountDownLatch(1);
            CountDownLatch release = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01234");
                peer.letTheLoopLook();
                looked.countDown();
                Conversation.await(release);
                peer.send("56789");
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                Task<String> reader = createTask(() -> one.all(response));
                until(() -> looked.getCount() == 0);
                Throwable refused = catchThrowableOfType(
                        IllegalStateException.class, () -> other.all(response));
                release.countDown();

                assertThat(await(reader)).isEqualTo("0123456789");
                assertThat(refused)
                        .hasMessageMatching("the response is being read by another"
                                + " task: .*|the body was read piece by piece, .*");
            }
        });
    }

    // --- Trailers, status ---

    @ParameterizedTest
    @EnumSource(Reading.class)
    void trailersAreThereOnceTheBodyWasRead(Reading way) throws Exception {
        client.run((server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n");
                Conversation.await(release);
                peer.send("0\r\nX-Checksum: 12\r\nx-checksum: 34\r\n\r\n");
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(response.trailers().size()).isZero();
                release.countDown();
                assertThat(way.all(response)).isEqualTo("hello");

                assertThat(response.trailers().all("X-Checksum")).containsExactly("12", "34");
                assertThat(response.headers().contains("X-Checksum")).isFalse();
            }
        });
    }

    @Test
    void aBodyWithALengthHasNoTrailers() throws Exception {
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                await(response.read());

                assertThat(response.trailers().size()).isZero();
            }
        });
    }

    @Test
    void raisingForAnErrorStatusSaysWhichAndLeavesTheBody() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 503 Busy\r\nRetry-After: 5\r\n"
                            + "Content-Length: 5\r\n\r\nlater"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                ClientException.Status failure = catchThrowableOfType(
                        ClientException.Status.class, response::raiseForStatus);

                assertThat(failure)
                        .hasMessage("GET " + server.url("/") + ": the server answered 503 Busy");
                assertThat(failure.kind()).isEqualTo(ClientException.Kind.STATUS);
                assertThat(failure.status()).isEqualTo(503);
                assertThat(failure.url().toString()).isEqualTo(server.url("/"));
                assertThat(failure.headers().first("Retry-After")).contains("5");
                assertThat(await(response.text())).isEqualTo("later");
            }
        });
    }

    @Test
    void raisingIsForStatusesFrom400On() throws Exception {
        client.run((server, session) -> {
            for (int status : List.of(200, 299, 304, 399)) {
                server.on(
                        "/",
                        peer -> peer.send(
                                "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n"));
                try (ClientResponse response = await(session.get(server.url("/")))) {
                    response.raiseForStatus();
                    assertThat(response.isOk()).isEqualTo(status < 300);
                }
            }
            for (int status : List.of(400, 404, 500, 599, 999)) {
                server.on(
                        "/",
                        peer -> peer.send(
                                "HTTP/1.1 " + status + " X\r\nContent-Length: 0\r\n\r\n"));
                try (ClientResponse response = await(session.get(server.url("/")))) {
                    assertThatThrownBy(response::raiseForStatus)
                            .isInstanceOf(ClientException.Status.class);
                }
            }
        });
    }
}
