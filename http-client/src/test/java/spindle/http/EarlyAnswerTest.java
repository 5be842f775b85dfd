package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.probe;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.body.RequestBody;
import spindle.sync.Event;

import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/// Answers that come before the body of the request was sent.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class EarlyAnswerTest {
    private static final int MEBIBYTE = 1024 * 1024;

    /// `3`, three bytes, and a line's end behind each.
    private static final int FIRST_CHUNK = 8;

    private final ClientRun client;

    EarlyAnswerTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void aRefusalIsSeenThoughItsServerClosesWithTheBodyUnread() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 413 Too Large\r\nContent-Length: 2\r\n"
                        + "Connection: close\r\n\r\nno");
                peer.close();
            });
            RequestBody body = RequestBody.of(new byte[32 * MEBIBYTE]);

            try (ClientResponse response = await(session.post(server.url("/"), body))) {
                assertThat(response.status()).isEqualTo(413);
                assertThat(await(response.text())).isEqualTo("no");
            }
            probe(server, session);
        });
    }

    @Test
    void afterARefusalTheRestOfTheBodyIsNotSent() throws Exception {
        client.run((server, session) -> {
            server.on("/", EarlyAnswerTest::refuseAfterTheFirstChunk);
            Event never = new Event();
            RequestBody body = RequestBody.stream(piecesThatEndWith(never));

            try (ClientResponse response = await(session.post(server.url("/"), body))) {
                assertThat(await(response.text())).isEqualTo("no");
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(2);
        });
    }

    @Test
    void afterAnAnswerThatSaysYesTheRestIsStillSent() throws Exception {
        client.run((server, session) -> {
            server.on("/", EarlyAnswerTest::answerBeforeTheBody);
            Event answered = new Event();
            RequestBody body = RequestBody.stream(piecesThatEndWith(answered));

            try (ClientResponse response = await(session.post(server.url("/"), body))) {
                assertThat(await(response.text())).isEqualTo("early");
                assertThat(session.connectionsInUse()).isEqualTo(1);
                answered.set();
                ClientRun.until(() -> session.connectionsInUse() == 0);
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    /// Nobody could tell when the response might be closed without ending the upload.
    @Test
    void theEndOfAnUploadCanBeWaitedFor() throws Exception {
        client.run((server, session) -> {
            server.on("/", EarlyAnswerTest::answerBeforeTheBody);
            Event end = new Event();
            RequestBody body = RequestBody.stream(piecesThatEndWith(end));

            try (ClientResponse response = await(session.post(server.url("/"), body))) {
                assertThat(await(response.text())).isEqualTo("early");
                Task<Boolean> cancelled = createTask(response.uploadComplete());
                Task<Boolean> complete = createTask(response.uploadComplete());
                yieldNow();
                cancelled.cancel();
                yieldNow();
                assertThat(complete.isDone()).isFalse();
                end.set();

                assertThat(await(complete)).isTrue();
                assertThat(cancelled.isCancelled()).isTrue();
                assertThat(await(response.uploadComplete())).isTrue();
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void anUploadThatIsEndedByClosingIsNotComplete() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.readBody(FIRST_CHUNK);
                peer.respond("early");
                peer.awaitClose();
            });
            RequestBody body = RequestBody.stream(piecesThatEndWith(new Event()));
            ClientResponse response = await(session.post(server.url("/"), body));
            Task<Boolean> complete = createTask(response.uploadComplete());
            yieldNow();
            response.close();

            assertThat(await(complete)).isFalse();
        });
    }

    @Test
    void anUploadThatIsRefusedIsNotComplete() throws Exception {
        client.run((server, session) -> {
            server.on("/", EarlyAnswerTest::refuseAfterTheFirstChunk);
            RequestBody body = RequestBody.stream(piecesThatEndWith(new Event()));

            try (ClientResponse response = await(session.post(server.url("/"), body))) {
                assertThat(await(response.uploadComplete())).isFalse();
            }
        });
    }

    @Test
    void whatWasSentBeforeTheAnswerIsCompleteAtOnce() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.readBody();
                peer.respond("thanks");
            });
            for (RequestBody body :
                    List.of(RequestBody.text("hello"), RequestBody.stream(piecesOf("hello")))) {
                try (ClientResponse response = await(session.post(server.url("/"), body))) {
                    assertThat(await(response.text())).isEqualTo("thanks");
                    assertThat(await(response.uploadComplete())).isTrue();
                }
            }
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.uploadComplete())).isTrue();
            }
        });
    }

    /// The server may go on with the body or with the next request, and nobody knows which it is.
    @ParameterizedTest
    @ValueSource(strings = {"Content-Length: 5\r\n\r\nearly", "\r\nearly"})
    void anEarlyYesToABodyThatWaitsToBeWantedEndsTheConnectionWithoutIt(String answer)
            throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\n" + answer);
                if (!answer.startsWith("Content-Length")) {
                    peer.close();
                    return;
                }
                peer.awaitClose(); // It fails if anything comes before.
            });
            for (RequestBody body :
                    List.of(RequestBody.text("hello"), RequestBody.stream(piecesOf("hello")))) {
                ClientRequest request =
                        ClientRequest.post(server.url("/")).withBody(body).withExpectContinue();
                try (ClientResponse response = await(session.send(request))) {
                    assertThat(await(response.text())).isEqualTo("early");
                    assertThat(await(response.uploadComplete())).isFalse();
                    ClientRun.until(() -> session.connectionsInUse() == 0);
                }
                assertThat(session.connectionsIdle()).isZero();
            }
            probe(server, session);

            assertThat(server.connections()).isEqualTo(3);
            assertThat(server.requests().get(0))
                    .contains("\r\nContent-Length: 5\r\n", "\r\nExpect: 100-continue\r\n");
            assertThat(server.requests().get(1))
                    .contains("\r\nTransfer-Encoding: chunked\r\n", "\r\nExpect: 100-continue\r\n");
            assertThat(server.requests().get(2)).startsWith("GET ").doesNotContain("Expect");
        });
    }

    private static AsyncIterator<ByteBuffer> piecesOf(String text) {
        Iterator<String> left = List.of(text).iterator();
        return () -> () -> left.hasNext()
                ? Optional.of(ByteBuffer.wrap(left.next().getBytes(UTF_8)))
                : Optional.empty();
    }

    @Test
    void closingAResponseEndsItsUpload() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.readBody(FIRST_CHUNK);
                peer.respond("early");
                peer.awaitClose();
            });
            RequestBody body = RequestBody.stream(piecesThatEndWith(new Event()));
            Task<String> task = createTask(() -> {
                try (ClientResponse response = await(session.post(server.url("/"), body))) {
                    return await(response.text());
                }
            });

            assertThat(await(task)).isEqualTo("early");
            assertThat(session.connectionsInUse()).isZero();
            probe(server, session);
        });
    }

    private static void answerBeforeTheBody(Conversation peer) throws Exception {
        peer.respond("early");
        peer.readChunkedBody();
    }

    private static void refuseAfterTheFirstChunk(Conversation peer) throws Exception {
        peer.readBody(FIRST_CHUNK);
        peer.respond("403 Forbidden", "no");
        peer.awaitClose();
    }

    /// One piece, and the end when the event is set.
    private static AsyncIterator<ByteBuffer> piecesThatEndWith(Event end) {
        boolean[] begun = new boolean[1];
        return () -> () -> {
            if (!begun[0]) {
                begun[0] = true;
                return Optional.of(ByteBuffer.wrap(new byte[] {'a', 'b', 'c'}));
            }
            await(end.waitUntilSet());
            return Optional.empty();
        };
    }
}
