package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.coding.Bodies;
import spindle.http.coding.ContentDecoder;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;

/// Compressed bodies through the whole client.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class DecompressionTest {
    private static final byte[] BODY = Bodies.text("what is said twice is said twice\n".repeat(40));
    private static final int MIB = 1024 * 1024;

    private final ClientRun client;

    DecompressionTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- Whole bodies ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "gzip",
                "x-gzip",
                "GZip",
                "deflate",
                "deflate, raw",
                "br",
                "zstd",
                "identity",
                "identity, gzip, identity",
                "gzip, gzip",
                "deflate, gzip",
                "gzip, br",
                "zstd, gzip",
            })
    void undoesWhatTheServerSaysItHasApplied(String codings) throws Exception {
        byte[] coded = coded(codings);
        String said = codings.replace(", raw", "");
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                server.on(
                        "/",
                        peer -> framing.respond(peer, "Content-Encoding: " + said + "\r\n", coded));
                for (Reading way : Reading.values()) {
                    try (ClientResponse response = await(session.get(server.url("/")))) {
                        String read = way.all(response);

                        assertThat(read.strip())
                                .as("%s, %s", framing, way)
                                .isEqualTo(new String(BODY, StandardCharsets.UTF_8).strip());
                        assertThat(response.headers().first("Content-Encoding")).contains(said);
                    }
                    probe(server, session);
                }
            }

            assertThat(server.connections()).isEqualTo(1 + Reading.values().length);
        });
    }

    private static byte[] coded(String codings) {
        byte[] coded = BODY;
        for (String coding : List.of(codings.split(", ", -1))) {
            if (!coding.equals("raw")) {
                assumeThat(ContentDecoder.supports(coding))
                        .as("the library for %s is there", coding)
                        .isTrue();
            }
            coded = switch (coding) {
                case "identity" -> coded;
                case "raw" -> Bodies.raw(BODY);
                case "deflate" -> Bodies.zlib(coded);
                case "br" -> Bodies.brotli(coded);
                case "zstd" -> Bodies.zstd(coded);
                default -> Bodies.gzip(coded);
            };
        }
        return coded;
    }

    @Test
    void codingsMayBeSaidInSeveralFields() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.LENGTH.respond(
                            peer,
                            "Content-Encoding: deflate\r\nContent-Encoding: gzip\r\n",
                            Bodies.gzip(Bodies.zlib(BODY))));

            assertThat(read(session, server)).isEqualTo(BODY);
        });
    }

    @Test
    void allMembersOfAGzipBodyAreRead() throws Exception {
        byte[] members = Bodies.concat(
                Bodies.gzip(BODY), Bodies.gzip(new byte[0]), Bodies.gzip(Bodies.text("the end")));
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.CHUNKED.respond(peer, "Content-Encoding: gzip\r\n", members));

            assertThat(read(session, server))
                    .isEqualTo(Bodies.concat(BODY, Bodies.text("the end")));
        });
    }

    @Test
    void trailersOfACompressedBodyAreThere() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                Framing.CHUNKED.begin(peer, "Content-Encoding: gzip\r\n", 0);
                Framing.CHUNKED.part(peer, Bodies.gzip(BODY));
                peer.send("0\r\nX-End: here\r\n\r\n");
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.read())).isEqualTo(BODY);
                assertThat(response.trailers().first("X-End")).contains("here");
            }
        });
    }

    /// The bytes of a coding may be cut anywhere.
    @Test
    void aCompressedBodyMayComeByteByByte() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                Framing.CHUNKED.begin(peer, "Content-Encoding: gzip\r\n", 0);
                for (byte part : Bodies.gzip(BODY)) {
                    Framing.CHUNKED.part(peer, new byte[] {part});
                }
                Framing.CHUNKED.end(peer);
            });

            assertThat(read(session, server)).isEqualTo(BODY);
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    // --- What is left as it is ---

    @ParameterizedTest
    @ValueSource(strings = {"compress", "aws-chunked", "gzip, unheard-of", "unheard-of, gzip", "*"})
    void whatCannotBeUndoneIsLeftAsItIs(String codings) throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.LENGTH.respond(
                            peer, "Content-Encoding: " + codings + "\r\n", BODY));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.read())).isEqualTo(BODY);
                assertThat(response.headers().first("Content-Encoding")).contains(codings);
            }
        });
    }

    @Test
    void whoWantsItAsItCameSaysSo() throws Exception {
        byte[] coded = Bodies.gzip(BODY);
        client.run((server, session) -> {
            server.on(
                    "/", peer -> Framing.LENGTH.respond(peer, "Content-Encoding: gzip\r\n", coded));
            ClientRequest request = ClientRequest.get(server.url("/")).withDecompression(false);
            try (ClientResponse response = await(session.send(request))) {
                assertThat(await(response.read())).isEqualTo(coded);
            }

            assertThat(server.requests().getFirst()).doesNotContain("Accept-Encoding: gzip");
        });
    }

    @Test
    void aSessionCanWantAllAsTheyCame() throws Exception {
        byte[] coded = Bodies.gzip(BODY);
        client.run(ClientRun.options().withDecompression(false), (server, session) -> {
            server.on(
                    "/", peer -> Framing.LENGTH.respond(peer, "Content-Encoding: gzip\r\n", coded));

            assertThat(read(session, server)).isEqualTo(coded);
            ClientRequest decoded = ClientRequest.get(server.url("/")).withDecompression(true);
            try (ClientResponse response = await(session.send(decoded))) {
                assertThat(await(response.read())).isEqualTo(BODY);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "br", "zstd", "gzip, gzip"})
    void aBodyWithoutAByteIsEmptyInEveryCoding(String codings) throws Exception {
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                server.on(
                        "/",
                        peer -> framing.respond(
                                peer, "Content-Encoding: " + codings + "\r\n", new byte[0]));

                assertThat(read(session, server)).as("%s", framing).isEmpty();
            }
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 304 Not Modified\r\nContent-Encoding: " + codings
                            + "\r\nContent-Length: 100\r\n\r\n"));
            assertThat(read(session, server)).isEmpty();
        });
    }

    @Test
    void aResponseToHeadSaysHowItsBodyWouldBeCoded() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n"
                            + "Content-Length: 100\r\n\r\n"));
            try (ClientResponse response = await(session.head(server.url("/")))) {
                assertThat(await(response.read())).isEmpty();
                assertThat(response.headers().first("Content-Encoding")).contains("gzip");
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    // --- Broken ones ---

    @Test
    void aBodyThatIsNotCodedAsItSaysFailsAndNamesTheRequest() throws Exception {
        client.run((server, session) -> {
            byte[] noise = new byte[20];
            Arrays.fill(noise, (byte) 0xff);
            for (String coding : List.of("gzip", "br", "zstd")) {
                server.on(
                        "/",
                        peer -> Framing.LENGTH.respond(
                                peer, "Content-Encoding: " + coding + "\r\n", noise));
                if (ContentDecoder.supports(coding)) {
                    ClientException failure = failureOf(session, server);

                    assertThat(failure.kind()).as(coding).isEqualTo(Kind.CONTENT);
                    assertThat(failure)
                            .hasMessageStartingWith("GET " + server.url("/") + ": ")
                            .hasMessageContaining(coding);
                }
                probe(server, session);
            }
        });
    }

    @ParameterizedTest
    @EnumSource(Reading.class)
    void aCodingThatIsCutWithinACompleteMessageIsToldInEveryWay(Reading way) throws Exception {
        byte[] coded = Bodies.gzip(Bodies.ofSize(100_000));
        byte[] cut = Arrays.copyOf(coded, coded.length - 5);
        client.run((server, session) -> {
            for (Framing framing : Framing.values()) {
                server.on("/", peer -> framing.respond(peer, "Content-Encoding: gzip\r\n", cut));
                try (ClientResponse response = await(session.get(server.url("/")))) {
                    ClientException failure =
                            catchThrowableOfType(ClientException.class, () -> way.all(response));

                    assertThat(failure).as("%s", framing).isNotNull();
                    assertThat(failure.kind()).as("%s", framing).isEqualTo(Kind.TRUNCATED);
                    assertThat(failure.partialBody().map(part -> part.length))
                            .isEqualTo(way.isWhole() ? Optional.of(100_000) : Optional.empty());
                }
                probe(server, session);
            }
        });
    }

    @Test
    void whatComesBehindACodingIsRefused() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.CHUNKED.respond(
                            peer,
                            "Content-Encoding: gzip\r\n",
                            Bodies.concat(Bodies.gzip(BODY), Bodies.text("garbage"))));
            ClientException failure = failureOf(session, server);

            assertThat(failure.kind()).isEqualTo(Kind.CONTENT);
            assertThat(failure.partialBody().orElseThrow()).isEqualTo(BODY);
            probe(server, session);
        });
    }

    /// What is left of it belongs to nobody.
    @Test
    void aBrokenBodyThatIsStillComingDropsTheConnection() throws Exception {
        client.run((server, session) -> {
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                Framing.LENGTH.begin(peer, "Content-Encoding: gzip\r\n", 1000);
                peer.send("this is no gzip");
                peer.awaitClose();
                closed.countDown();
            });
            ClientException failure = failureOf(session, server);
            until(() -> closed.getCount() == 0);

            assertThat(failure.kind()).isEqualTo(Kind.CONTENT);
            assertThat(session.connectionsIdle()).isZero();
            probe(server, session);
        });
    }

    @Test
    void aBodyThatBreaksOffFailsWithWhatWasDecodedByThen() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                Framing.CHUNKED.begin(peer, "Content-Encoding: gzip\r\n", 0);
                Framing.CHUNKED.part(peer, flushed(BODY));
                peer.close();
            });
            ClientException failure = failureOf(session, server);

            assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
            assertThat(failure.partialBody().orElseThrow()).isEqualTo(BODY);
        });
    }

    /// Returns the beginning of a gzip body, from which all can be decoded.
    private static byte[] flushed(byte[] body) throws Exception {
        ByteArrayOutputStream coded = new ByteArrayOutputStream();
        GZIPOutputStream stream = new GZIPOutputStream(coded, 512, true);
        stream.write(body);
        stream.flush();
        return coded.toByteArray();
    }

    /// It gave the rest of the body for the whole of it.
    @Test
    void aBodyBeyondTheLimitFailsAlikeEachTimeItIsRead() throws Exception {
        byte[] coded = Bodies.gzip(Bodies.ofSize(400_000));
        client.run(ClientRun.options().withMaxBodyBytes(100_000), (server, session) -> {
            server.on(
                    "/", peer -> Framing.LENGTH.respond(peer, "Content-Encoding: gzip\r\n", coded));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                for (int i = 0; i < 3; i++) {
                    ClientException failure = catchThrowableOfType(
                            ClientException.class, () -> await(response.read()));

                    assertThat(failure).isNotNull();
                    assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
                }
            }
        });
    }

    /// The first reader had some of the body, and the second one got the rest for the whole of it.
    @Test
    void aReaderThatIsCancelledAsTheBodyEndsLeavesAllOfItToTheNext() throws Exception {
        byte[] coded = Bodies.gzip(BODY);
        client.run((server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            CountDownLatch looked = new CountDownLatch(1);
            server.on("/", peer -> {
                Framing.LENGTH.begin(peer, "Content-Encoding: gzip\r\n", coded.length);
                peer.send(Arrays.copyOf(coded, coded.length / 2));
                peer.letTheLoopLook();
                looked.countDown();
                Conversation.await(release);
                peer.send(Arrays.copyOfRange(coded, coded.length / 2, coded.length));
            });
            ClientResponse response = await(session.get(server.url("/")));
            Task<byte[]> first = createTask(response.read());
            until(() -> looked.getCount() == 0);
            release.countDown();
            cancelAsSoonAs(session, first);

            assertThat(await(response.read())).isEqualTo(BODY);
        });
    }

    /// Cancels a task in the turn in which the response is complete, before the task notices.
    private static void cancelAsSoonAs(ClientSession session, Task<?> reader) throws Exception {
        EventLoop loop = EventLoop.current();
        Future<Boolean> cancelled = loop.createFuture();
        Runnable look = new Runnable() {
            @Override
            public void run() {
                if (session.connectionsInUse() > 0) {
                    loop.callSoon(this);
                } else {
                    cancelled.setResult(reader.cancel());
                }
            }
        };
        loop.callSoon(look);
        assertThat(await(cancelled)).as("the reader had not noticed yet").isTrue();
    }

    @Test
    void aCompressedBodyThatIsHereCanBeReadAfterClose() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.LENGTH.respond(
                            peer, "Content-Encoding: gzip\r\n", Bodies.gzip(BODY)));
            ClientResponse response = await(session.get(server.url("/")));
            until(() -> session.connectionsInUse() == 0);
            response.close();

            assertThat(await(response.read())).isEqualTo(BODY);
        });
    }

    @Test
    void aCompressedBodyThatWasBegunCannotBeReadAfterClose() throws Exception {
        byte[] coded = Bodies.gzip(Bodies.ofSize(400_000));
        client.run((server, session) -> {
            server.on(
                    "/", peer -> Framing.LENGTH.respond(peer, "Content-Encoding: gzip\r\n", coded));
            ClientResponse response = await(session.get(server.url("/")));
            await(response.pieces().next());
            response.close();
            ClientException failure = catchThrowableOfType(
                    ClientException.class, () -> await(response.pieces().next()));

            assertThat(failure).isNotNull();
            assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
        });
    }

    // --- Bombs ---

    @Test
    void theErrorNamesTheLimitThatABombBreaks() throws Exception {
        ResponseLimits limits = ResponseLimits.defaults();
        byte[] bomb = Bodies.gzip(new byte[8 * MIB]);
        client.run((server, session) -> {
            server.on(
                    "/", peer -> Framing.LENGTH.respond(peer, "Content-Encoding: gzip\r\n", bomb));

            assertLimit(server, session, limits.withMaxBodyBytes(MIB), "maxBodyBytes is " + MIB);
            assertLimit(
                    server,
                    session,
                    limits.withMaxDecodedBytes(2L * MIB),
                    "maxDecodedBytes is " + 2 * MIB);
            assertLimit(
                    server, session, limits.withMaxDecodingRatio(100), "maxDecodingRatio is 100");
            probe(server, session);
        });
    }

    private static void assertLimit(
            ScriptedServer server, ClientSession session, ResponseLimits limits, String named) {
        ClientRequest request = ClientRequest.get(server.url("/")).withLimits(limits);
        ClientException failure = ClientRun.failureOf(session.send(request));

        assertThat(failure.kind()).as(named).isEqualTo(Kind.LIMIT);
        assertThat(failure)
                .hasMessageStartingWith("GET " + server.url("/") + ": ")
                .hasMessageEndingWith("the limit " + named);
        assertThat(failure.partialBody().orElseThrow()).hasSizeGreaterThan(MIB / 2);
    }

    @Test
    void moreCodingsThanAnybodyNeedsAreRefused() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.LENGTH.respond(
                            peer,
                            "Content-Encoding: gzip, gzip, gzip, gzip\r\n",
                            Bodies.gzip(BODY)));
            ClientException failure = failureOf(session, server);

            assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
            assertThat(failure).hasMessageContaining("4 codings");
        });
    }

    /// It expands to a gibibyte: in pieces of at most 64 KiB, and no sooner than they are wanted.
    @Test
    void aBombInPiecesExpandsNoFasterThanItIsRead() throws Exception {
        byte[] bomb = Bodies.gzip(new byte[64 * MIB]);
        client.run((server, session) -> {
            server.on(
                    "/", peer -> Framing.LENGTH.respond(peer, "Content-Encoding: gzip\r\n", bomb));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                long size = 0;
                for (ByteBuffer piece : awaitEach(response.pieces())) {
                    assertThat(piece.capacity()).isLessThanOrEqualTo(64 * 1024);
                    assertThat(piece.hasRemaining()).isTrue();
                    size += piece.remaining();
                }

                assertThat(size).isEqualTo(64L * MIB);
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aLargeCompressedBodyThatNobodyReadsWaitsAtItsServer() throws Exception {
        byte[] part = Bodies.gzip(Bodies.ofSize(MIB));
        long parts = 200_000_000 / part.length;
        client.run((server, session) -> {
            AtomicLong sent = new AtomicLong();
            server.on("/", peer -> {
                Framing.CHUNKED.begin(peer, "Content-Encoding: gzip\r\n", 0);
                while (sent.incrementAndGet() < parts) {
                    Framing.CHUNKED.part(peer, part);
                }
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                await(response.pieces().next());
                for (int i = 0; i < 50; i++) {
                    probe(server, session);
                }

                assertThat(sent.get()).isLessThan(parts / 2);
            }
        });
    }

    private static byte[] read(ClientSession session, ScriptedServer server) throws Exception {
        try (ClientResponse response = await(session.get(server.url("/")))) {
            return await(response.read());
        }
    }

    private static ClientException failureOf(ClientSession session, ScriptedServer server) {
        return ClientRun.failureOf(session, server.url("/"));
    }
}
