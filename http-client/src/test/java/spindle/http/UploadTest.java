package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.body.BodySink;
import spindle.http.body.RequestBody;
import spindle.sync.Event;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPInputStream;

/// How bodies leave: framed, at the peer's pace, and what happens when they don't.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class UploadTest {
    private final ClientRun client;

    UploadTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    // --- Framing ---

    @Test
    void aBodyInMemoryIsFramedByItsLengthAndTyped() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(latin1(peer.readBody(5))));

            assertThat(post(session, server, RequestBody.text("hello"))).isEqualTo("hello");
            assertThat(server.requests().getFirst())
                    .contains("\r\nContent-Type: text/plain; charset=UTF-8\r\n")
                    .contains("\r\nContent-Length: 5\r\n")
                    .doesNotContain("Transfer-Encoding");
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16_383, 65_536, 65_537, 3_000_000})
    void aBodyOfAnySizeArrivesAsItIs(int size) throws Exception {
        byte[] bytes = pattern(size);
        client.run((server, session) -> {
            server.on("/", peer -> {
                byte[] body = peer.readBody(size);
                peer.respond(Arrays.equals(body, bytes) ? "the same" : "different");
            });

            assertThat(post(session, server, RequestBody.of(bytes))).isEqualTo("the same");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aStreamOfUnknownLengthIsSentInChunks() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(peer.readChunkedBody()));
            RequestBody body = RequestBody.stream(pieces("abc", "", "defghijklmnop"));

            assertThat(post(session, server, body))
                    .isEqualTo("3\r\nabc\r\nd\r\ndefghijklmnop\r\n0\r\n\r\n");
            assertThat(server.requests().getFirst())
                    .contains("\r\nTransfer-Encoding: chunked\r\n")
                    .doesNotContain("Content-Length");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aStreamWhoseLengthIsGivenIsNotSentInChunks() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(latin1(peer.readBody(6))));

            assertThat(post(session, server, RequestBody.stream(pieces("abc", "def"), 6)))
                    .isEqualTo("abcdef");
            assertThat(server.requests().getFirst()).contains("\r\nContent-Length: 6\r\n");
        });
    }

    @Test
    void trailersFollowTheLastChunk() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(peer.readChunkedBody()));
            RequestBody body = writing(sink -> {
                await(sink.write(bytes("abc")));
                sink.trailer("X-Checksum", "900150983cd2");
            });

            assertThat(post(session, server, body))
                    .isEqualTo("3\r\nabc\r\n0\r\nX-Checksum: 900150983cd2\r\n\r\n");
        });
    }

    @Test
    void aTrailerThatWouldDoHarmIsRefused() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::awaitClose);
            RequestBody body = writing(sink -> sink.trailer("Content-Length", "3"));

            assertThatIllegalArgumentException()
                    .isThrownBy(() -> post(session, server, body))
                    .withMessageContaining("Content-Length");
            probe(server, session);
        });
    }

    @Test
    void withoutABodyAPostSaysThatThereIsNone() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("ok"));
            for (String method : List.of("POST", "PUT", "PATCH", "GET", "DELETE", "OPTIONS")) {
                send(session, ClientRequest.of(method, server.url("/")));
            }

            assertThat(server.requests().subList(0, 3))
                    .allMatch(head -> head.contains("\r\nContent-Length: 0\r\n"));
            assertThat(server.requests().subList(3, 6))
                    .noneMatch(head -> head.contains("Content-Length"));
        });
    }

    @Test
    void aFormIsTypedAndEncoded() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(latin1(peer.readBody(13))));

            assertThat(post(session, server, RequestBody.form(Map.of("q", "a b&c=ü"))))
                    .isEqualTo("q=a+b%26c%3D%");
            assertThat(server.requests().getFirst())
                    .contains("\r\nContent-Type: application/x-www-form-urlencoded");
        });
    }

    @Test
    void aFileIsSentWhole(@TempDir Path folder) throws Exception {
        byte[] bytes = pattern(1_500_000);
        Path file = Files.write(folder.resolve("data.bin"), bytes);
        client.run((server, session) -> {
            server.on("/", peer -> {
                byte[] body = peer.readBody(bytes.length);
                peer.respond(Arrays.equals(body, bytes) ? "the same" : "different");
            });

            assertThat(post(session, server, RequestBody.file(file))).isEqualTo("the same");
            assertThat(server.requests().getFirst()).contains("\r\nContent-Length: 1500000\r\n");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aFileThatIsNotThereFailsTheRequestBeforeAnythingIsSent(@TempDir Path folder)
            throws Exception {
        client.run((server, session) -> {
            RequestBody body = RequestBody.file(folder.resolve("missing"));

            assertThatThrownBy(() -> post(session, server, body))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("missing");
            assertThat(server.connections()).isZero();
        });
    }

    @Test
    void anInputStreamIsReadElsewhereAndSent() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(peer.readChunkedBody()));
            InputStream input =
                    new ByteArrayInputStream("streamed".getBytes(StandardCharsets.UTF_8));

            assertThat(post(session, server, RequestBody.stream(input)))
                    .isEqualTo("8\r\nstreamed\r\n0\r\n\r\n");
        });
    }

    @Test
    void aCompressedBodyIsSentInChunksAndSaysSo() throws Exception {
        String text = "All work and no play makes Jack a dull boy. ".repeat(1000);
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(unzipped(peer.readChunkedBody())));
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text(text))
                    .withCompression("gzip");

            assertThat(send(session, request)).isEqualTo(text);
            assertThat(server.requests().getFirst())
                    .contains("\r\nContent-Encoding: gzip\r\n")
                    .contains("\r\nTransfer-Encoding: chunked\r\n");
        });
    }

    // --- Bodies that break their word ---

    @Test
    void aBodyThatIsShorterThanItSaidFailsTheRequest() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.readBody(3));

            assertThatThrownBy(() -> post(session, server, RequestBody.stream(pieces("abc"), 4)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("a body of 4 bytes but found only 3");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aBodyThatIsLongerThanItSaidFailsTheRequestAndIsNotSentOn() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::awaitClose);

            assertThatThrownBy(() -> post(session, server, RequestBody.stream(pieces("abc"), 2)))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("2");
            probe(server, session);
        });
    }

    @Test
    void whatABodyFailsWithComesAsItIs() throws Exception {
        IOException broken = new IOException("the disk is gone");
        client.run((server, session) -> {
            server.on("/", peer -> peer.readBody(8));
            RequestBody body = writing(sink -> {
                await(sink.write(bytes("abc")));
                throw broken;
            });

            assertThatThrownBy(() -> post(session, server, body)).isSameAs(broken);
            probe(server, session);
        });
    }

    @Test
    void aBodyThatFailsAfterTheAnswerIsReported() throws Exception {
        IOException broken = new IOException("the disk is gone");
        var reports = client.reportsOf(() -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session = ClientSession.open(ClientRun.options())) {
                server.on("/", peer -> {
                    peer.readBody(8);
                    peer.respond("early");
                });
                Event answered = new Event();
                RequestBody body = writing(sink -> {
                    await(sink.write(bytes("abc")));
                    await(answered.waitUntilSet());
                    throw broken;
                });
                try (ClientResponse response = await(session.post(server.url("/"), body))) {
                    assertThat(await(response.text())).isEqualTo("early");
                    answered.set();
                    until(() -> session.connectionsInUse() == 0);
                }
            }
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().exception()).isSameAs(broken);
    }

    // --- Pace ---

    @Test
    void aSlowServerSlowsTheBodyDown() throws Exception {
        client.run((server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/", peer -> {
                Conversation.await(release);
                peer.readChunkedBody();
                peer.respond("at last");
            });
            int[] written = new int[1];
            RequestBody body = writing(sink -> {
                for (int i = 0; i < 400; i++) {
                    await(sink.write(ByteBuffer.allocate(65_536)));
                    written[0]++;
                }
            });
            Task<String> task = createTask(() -> post(session, server, body));
            // What the system takes, the sockets' buffers, is far less than 26 MB.
            ClientRun.isSoon(() -> written[0] == 400);
            int before = written[0];
            release.countDown();

            assertThat(await(task)).isEqualTo("at last");
            assertThat(before).isLessThan(400);
        });
    }

    @Test
    void cancellingARequestEndsItsBody() throws Exception {
        client.run((server, session) -> {
            server.on("/", Conversation::readChunkedBody);
            boolean[] ended = new boolean[1];
            RequestBody body = writing(sink -> {
                try {
                    while (true) {
                        await(sink.write(ByteBuffer.allocate(65_536)));
                    }
                } finally {
                    ended[0] = true;
                }
            });
            Task<String> task = createTask(() -> post(session, server, body));
            until(() -> !server.requests().isEmpty());
            task.cancel();
            until(task::isDone);
            until(() -> ended[0]);

            assertThat(task.isCancelled()).isTrue();
            probe(server, session);
        });
    }

    // --- Expect: 100-continue ---

    @Test
    void anExpectedBodyWaitsForThe100() throws Exception {
        client.run((server, session) -> {
            List<String> order = new ArrayList<>();
            server.on("/", peer -> {
                order.add("head");
                peer.send("HTTP/1.1 100 Continue\r\n\r\n");
                order.add(latin1(peer.readBody(5)));
                peer.respond("thanks");
            });
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text("hello"))
                    .withExpectContinue();

            assertThat(send(session, request)).isEqualTo("thanks");
            assertThat(order).containsExactly("head", "hello");
            assertThat(server.requests().getFirst()).contains("\r\nExpect: 100-continue\r\n");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aRefusedExpectationSendsNoBody() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.respond("401 Unauthorized", "no");
                peer.awaitClose();
            });
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text("hello"))
                    .withExpectContinue();

            assertThat(send(session, request)).isEqualTo("no");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void aServerThatKnowsNoExpectationsIsAskedWithoutOne() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                if (peer.request().contains("Expect:")) {
                    peer.respond("417 Expectation Failed", "what?");
                } else {
                    peer.respond(latin1(peer.readBody(5)));
                }
            });
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text("hello"))
                    .withExpectContinue();

            assertThat(send(session, request)).isEqualTo("hello");
            // Sent with it again, one of the caller's own led to a second 417.
            assertThat(send(session, request.withHeader("Expect", "100-continue")))
                    .isEqualTo("hello");
        });
    }

    @Test
    void aServerThatSaysNothingGetsTheBodyAfterASecond() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond(latin1(peer.readBody(5))));
            ClientRequest request = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text("hello"))
                    .withExpectContinue();

            assertThat(send(session, request)).isEqualTo("hello");
        });
    }

    // --- Helpers ---

    private static String post(ClientSession session, ScriptedServer server, RequestBody body)
            throws Exception {
        return send(session, ClientRequest.post(server.url("/")).withBody(body));
    }

    /// The answer may be there before the sender has noticed that all is sent: the connection is
    /// given back when both are over.
    private static String send(ClientSession session, ClientRequest request) throws Exception {
        try (ClientResponse response = await(session.send(request))) {
            String text = await(response.text());
            until(() -> session.connectionsInUse() == 0);
            return text;
        }
    }

    private static byte[] pattern(int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    private static String unzipped(String framed) throws IOException {
        StringBuilder data = new StringBuilder();
        int at = 0;
        while (true) {
            int end = framed.indexOf("\r\n", at);
            int size = Integer.parseInt(framed.substring(at, end), 16);
            if (size == 0) {
                break;
            }
            data.append(framed, end + 2, end + 2 + size);
            at = end + 2 + size + 2;
        }
        byte[] zipped = data.toString().getBytes(StandardCharsets.ISO_8859_1);
        try (var input = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
            return latin1(input.readAllBytes());
        }
    }

    private static AsyncIterator<ByteBuffer> pieces(String... texts) {
        Iterator<String> all = List.of(texts).iterator();
        return () -> () -> all.hasNext() ? Optional.of(bytes(all.next())) : Optional.empty();
    }

    /// What a body does to its sink.
    private interface Writing {
        void to(BodySink sink) throws Exception;
    }

    private static RequestBody writing(Writing writing) {
        return new RequestBody.Replayable() {
            @Override
            public @Nullable String contentType() {
                return null;
            }

            @Override
            public long length() {
                return -1;
            }

            @Override
            public Coroutine<@Nullable Void> writeTo(BodySink sink) {
                return () -> {
                    writing.to(sink);
                    return null;
                };
            }
        };
    }
}
