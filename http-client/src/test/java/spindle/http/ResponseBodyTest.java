package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ResponseBodyTest {
    private static final int TEN_MEGABYTES = 10_000_000;

    private final ClientRun client;

    ResponseBodyTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @Test
    void canBeReadAgain() throws Exception {
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                byte[] first = await(response.read());
                byte[] second = await(response.read());

                assertThat(first).asString().isEqualTo("hello");
                assertThat(second).isEqualTo(first);
                assertThat(await(response.text())).isEqualTo("hello");
            }
        });
    }

    @Test
    void aCompleteBodyCanBeReadAfterClose() throws Exception {
        client.run((server, session) -> {
            ClientResponse response = await(session.get(server.url("/probe?hello")));
            until(() -> session.connectionsInUse() == 0);
            response.close();
            response.close();

            assertThat(await(response.text())).isEqualTo("hello");
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void closingBeforeTheBodyIsThereDropsTheConnection() throws Exception {
        client.run((server, session) -> {
            CountDownLatch closed = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                peer.awaitClose();
                closed.countDown();
            });
            ClientResponse response = await(session.get(server.url("/")));
            assertThat(session.connectionsInUse()).isEqualTo(1);
            response.close();
            assertThat(session.connectionsInUse()).isZero();
            until(() -> closed.getCount() == 0);
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(response.read()));
            response.close();
            probe(server, session);

            assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
            assertThat(failure)
                    .hasMessage("GET " + server.url("/")
                            + ": the response was closed before its body was read");
        });
    }

    @Test
    void aBodyThatNobodyReadsGivesItsConnectionBackOnceItIsThere() throws Exception {
        client.run(ClientRun.options().withLimit(1), (server, session) -> {
            ClientResponse unread = await(session.get(server.url("/probe?unread")));
            probe(server, session);

            assertThat(server.connections()).isEqualTo(1);
            unread.close();
        });
    }

    @Test
    void onlyOneTaskMayReadAtATime() throws Exception {
        client.run((server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
                Conversation.await(release);
                peer.send("hello");
            });
            ClientResponse response = await(session.get(server.url("/")));
            Task<String> first = createTask(response.text());
            yieldNow();

            assertThatThrownBy(() -> await(response.text()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the response is being read by another task: " + server.url("/"));
            release.countDown();
            assertThat(await(first)).isEqualTo("hello");
        });
    }

    // --- Text ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/plain                              | UTF-8",
                "text/plain; charset=utf-8               | UTF-8",
                "text/plain; charset=iso-8859-1          | ISO-8859-1",
                "text/html;charset=\"ISO-8859-1\"        | ISO-8859-1",
                "text/html; Charset = \"ISO-8859-1\"     | UTF-8",
                "text/html; boundary=x; CHARSET=Latin1;  | ISO-8859-1",
                "text/html; charset=gb2312               | GB2312",
                "text/html; charset=no-such-charset      | UTF-8",
                "text/html; charset=                     | UTF-8",
                "text/html; charset=\\/*                 | UTF-8",
            })
    void textIsDecodedAsItsContentTypeSays(String contentType, String charset) throws Exception {
        byte[] body = "gr\u00fc\u00df, \u4f60\u597d".getBytes(Charset.forName(charset));
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                        + body.length + "\r\n\r\n");
                peer.send(body);
            });

            assertThat(fetch(session, server.url("/")))
                    .isEqualTo(new String(body, Charset.forName(charset)));
        });
    }

    @Test
    void textWithoutAContentTypeIsUtf8AndWhatDoesNotFitIsReplaced() throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send(
                            "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n\u00c3\u00bc!\u00ff"));

            assertThat(fetch(session, server.url("/"))).isEqualTo("\u00fc!\ufffd");
        });
    }

    // --- Limits ---

    @Test
    void aBodyOfExactlyTheLimitIsRead() throws Exception {
        client.run(ClientRun.options().withMaxBodyBytes(5), (server, session) -> {
            assertThat(fetch(session, server.url("/probe?12345"))).isEqualTo("12345");
        });
    }

    @Test
    void aBodyBeyondTheLimitFailsWhileItArrives() throws Exception {
        client.run(ClientRun.options().withMaxBodyBytes(5), (server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\n12345");
                peer.letTheLoopLook();
                peer.send("67");
                peer.awaitClose();
            });
            ClientException failure = failureOf(session, server.url("/"));

            assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
            assertThat(failure).hasMessageContaining("the limit maxBodyBytes is 5");
            assertThat(fetch(session, server.url("/probe?ok"))).isEqualTo("ok");
        });
    }

    /// The whole body is there before anybody asks for it.
    @Test
    void aBodyBeyondTheLimitFailsEvenIfItCameBeforeItWasRead() throws Exception {
        client.run(ClientRun.options().withMaxBodyBytes(5), (server, session) -> {
            ClientResponse response = await(session.get(server.url("/probe?123456")));
            until(() -> session.connectionsInUse() == 0);
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(response.read()));

            assertThat(failure).isNotNull();
            assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
            assertThat(fetch(session, server.url("/probe?ok"))).isEqualTo("ok");
        });
    }

    /// By then its connection serves somebody else.
    @Test
    void aBodyBeyondTheLimitThatIsReadLateHarmsNoOtherRequest() throws Exception {
        client.run(ClientRun.options().withMaxBodyBytes(5), (server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/held", peer -> {
                Conversation.await(release);
                peer.respond("held");
            });
            ClientResponse response = await(session.get(server.url("/probe?123456")));
            until(() -> session.connectionsInUse() == 0);
            Task<String> other = createTask(() -> fetch(session, server.url("/held")));
            until(() -> server.targets().contains("/held"));
            ClientException _ =
                    catchThrowableOfType(ClientException.class, () -> await(response.read()));
            release.countDown();

            assertThat(await(other)).isEqualTo("held");
        });
    }

    // --- Back-pressure ---

    @Test
    void aLargeBodyIsReadWhole() throws Exception {
        byte[] data = new byte[TEN_MEGABYTES];
        new Random(1).nextBytes(data);
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + data.length + "\r\n\r\n");
                peer.send(data);
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                until(() -> server.requests().size() == 1);
                byte[] read = await(response.read());

                assertThat(Arrays.equals(read, data)).isTrue();
            }
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    @Tag("realtime")
    void aBodyThatNobodyReadsWaitsAtItsServer() throws Exception {
        Duration total = Duration.ofMillis(500);
        long all = 200_000_000;
        client.run(ClientRun.options().withTotalTimeout(total), (server, session) -> {
            AtomicLong sent = new AtomicLong();
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + all + "\r\n\r\n");
                byte[] piece = new byte[100_000];
                while (sent.addAndGet(piece.length) <= all) {
                    peer.send(piece);
                }
            });
            ClientResponse response = await(session.get(server.url("/")));
            until(() -> session.connectionsInUse() == 0);
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(response.read()));
            probe(server, session);

            assertThat(failure.kind()).isEqualTo(Kind.TIMEOUT);
            assertThat(bytesArrived(failure)).isBetween(1L, 400_000L);
            assertThat(sent.get()).isLessThan(all / 2);
        });
    }

    /// About as much as is taken in before anybody reads: the connection may stop reading with
    /// the last byte.
    @ParameterizedTest
    @ValueSource(ints = {131_071, 131_072, 131_073, 200_000, 262_144, 300_000})
    void aConnectionIsUsedAgainAfterABodyThatWasReadLate(int size) throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> peer.respond("x".repeat(size)));
            for (int i = 0; i < 5; i++) {
                ClientResponse response = await(session.get(server.url("/")));
                boolean all =
                        ClientRun.isSoon(() -> session.connectionsInUse() == 0 || size > 131_072);
                assertThat(all).isTrue();
                assertThat(await(response.read())).hasSize(size);
                probe(server, session);
            }

            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aBodyThatWaitedIsReadWhole() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 30000000\r\n\r\n");
                peer.send(new byte[30_000_000]);
            });
            ClientResponse response = await(session.get(server.url("/")));
            for (int turn = 0; turn < 1000; turn++) {
                yieldNow();
            }

            assertThat(session.connectionsInUse()).isEqualTo(1);
            assertThat(await(response.read())).hasSize(30_000_000);
            probe(server, session);
            assertThat(server.connections()).isEqualTo(1);
        });
    }

    @Test
    void aBodyInPiecesComesNoFasterThanItIsTaken() throws Exception {
        long all = 200_000_000;
        client.run((server, session) -> {
            AtomicLong sent = new AtomicLong();
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + all + "\r\n\r\n");
                byte[] piece = new byte[100_000];
                while (sent.addAndGet(piece.length) <= all) {
                    peer.send(piece);
                }
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                ByteBuffer first = await(response.pieces().next()).orElseThrow();
                for (int i = 0; i < 50; i++) {
                    probe(server, session);
                }
                assertThat(sent.get()).isLessThan(all / 2);
                long size = first.remaining();
                int largest = 0;
                for (ByteBuffer piece : awaitEach(response.pieces())) {
                    size += piece.remaining();
                    largest = Math.max(largest, piece.capacity());
                }

                assertThat(size).isEqualTo(all);
                assertThat(largest).as("bytes kept at a time").isLessThan(1_000_000);
            }
        });
    }

    private static long bytesArrived(ClientException failure) {
        Matcher matcher = Pattern.compile("\\((\\d+) bytes have arrived\\)")
                .matcher(String.valueOf(failure.getMessage()));
        assertThat(matcher.find()).as("bytes in: %s", failure.getMessage()).isTrue();
        return Long.parseLong(matcher.group(1));
    }
}
