package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.body.RequestBody;
import spindle.sync.Event;

import java.nio.ByteBuffer;
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
            server.on("/", peer -> {
                peer.readBody(FIRST_CHUNK);
                peer.respond("403 Forbidden", "no");
                peer.awaitClose();
            });
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
            server.on("/", peer -> {
                peer.respond("early");
                peer.readChunkedBody();
            });
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
