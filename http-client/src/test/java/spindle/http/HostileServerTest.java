package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.probe;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.util.concurrent.CountDownLatch;

/// Whatever a server sends: a clear error at once, the connection dropped, the session as good
/// as before, and other requests untouched.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class HostileServerTest {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = OK + "Transfer-Encoding: chunked\r\n\r\n";

    private final ClientRun client;

    HostileServerTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// What a server sends and then falls silent, without closing the connection.
    enum Malformed {
        GARBAGE("I am not a web server\n", "expected a status line"),
        NULS("\0\0\0\0\0", "expected a status line"),
        TLS("\u0016\u0003\u0003\u0000\u0002\u0002(", "does the port want TLS?"),
        ANOTHER_PROTOCOL("SSH-2.0-OpenSSH_9.9\r\n", "expected a status line"),
        HTTP_2("HTTP/2 200 OK\r\n\r\n", "expected a status line such as"),
        HTTP_3("HTTP/3.0 200 OK\r\n\r\n", "expected HTTP/1.0 or HTTP/1.1"),
        STATUS_TOO_SHORT("HTTP/1.1 20\r\n\r\n", "expected a status line such as"),
        STATUS_TOO_LOW("HTTP/1.1 099 x\r\n\r\n", "expected a status from 100 to 999"),
        SWITCHED_PROTOCOLS("HTTP/1.1 101 Go\r\n\r\n", "switched protocols"),
        BARE_LF("HTTP/1.1 200 OK\nContent-Length: 1\n\nx", "LF"),
        BARE_LF_IN_FIELDS(OK + "A: b\nContent-Length: 1\r\n\r\nx", "LF"),
        FOLDED(OK + "A: b\r\n c\r\n\r\n", "obs-fold"),
        SPACE_BEFORE_COLON(OK + "Content-Length : 1\r\n\r\nx", "expected a colon"),
        NO_COLON(OK + "Content-Length\r\n\r\n", "expected a colon"),
        NUL_IN_VALUE(OK + "A: \0\r\n\r\n", "control character"),
        TWO_FRAMINGS(
                OK + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
                "found both"),
        TWO_LENGTHS(OK + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy", "found several"),
        TWO_EQUAL_LENGTHS(OK + "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx", "found several"),
        LIST_OF_LENGTHS(OK + "Content-Length: 1, 1\r\n\r\nx", "expected a Content-Length"),
        NEGATIVE_LENGTH(OK + "Content-Length: -1\r\n\r\n", "expected a Content-Length"),
        SIGNED_LENGTH(OK + "Content-Length: +1\r\n\r\nx", "expected a Content-Length"),
        HEX_LENGTH(OK + "Content-Length: 0x1\r\n\r\nx", "expected a Content-Length"),
        EMPTY_LENGTH(OK + "Content-Length:\r\n\r\n", "expected a Content-Length"),
        HUGE_LENGTH(OK + "Content-Length: 9223372036854775808\r\n\r\n", "expected a Content-"),
        UNKNOWN_CODING(OK + "Transfer-Encoding: gzip, chunked\r\n\r\n", "only Transfer-Encoding"),
        CHUNK_OF_2_TO_THE_63(CHUNKED + "8000000000000000\r\n", "below 2^63"),
        CHUNK_OF_17_DIGITS(CHUNKED + "ffffffffffffffff1\r\n", "below 2^63"),
        CHUNK_OF_17_SMALL_DIGITS(CHUNKED + "00000000000000001\r\n", "at most 16 digits"),
        NEGATIVE_CHUNK(CHUNKED + "-1\r\n", "expected a chunk size"),
        CHUNK_WITHOUT_SIZE(CHUNKED + "\r\n", "expected a chunk size"),
        CHUNK_IN_HEX_NOTATION(CHUNKED + "0x1\r\n", "expected CRLF or \";\""),
        CHUNK_WITH_BARE_LF(CHUNKED + "1\nx\n0\n\n", "expected CRLF"),
        CHUNK_LONGER_THAN_SAID(CHUNKED + "1\r\nxy\r\n0\r\n\r\n", "behind the data of a chunk"),
        EXTENSION_WITH_BARE_LF(CHUNKED + "1;a\nx\r\n0\r\n\r\n", "control character"),
        ;

        private final String bytes;
        private final String message;

        Malformed(String bytes, String message) {
            this.bytes = bytes;
            this.message = message;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatIsNoHttpFailsAtOnce(Malformed sent) throws Exception {
        client.run((server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/held", peer -> {
                        Conversation.await(release);
                        peer.respond("held");
                    })
                    .on("/", peer -> {
                        peer.send(sent.bytes);
                        peer.awaitClose();
                    });
            Task<String> other = createTask(() -> fetch(session, server.url("/held")));
            probe(server, session);
            ClientException failure = failureOf(session, server.url("/"));
            probe(server, session);
            release.countDown();

            assertThat(failure.kind()).isEqualTo(Kind.MALFORMED);
            assertThat(failure)
                    .isInstanceOf(ClientException.Protocol.class)
                    .hasMessageStartingWith("GET " + server.url("/: "))
                    .hasMessageContaining(sent.message);
            assertThat(await(other)).isEqualTo("held");
            assertThat(server.targets()).containsOnlyOnce("/");
        });
    }

    /// What a server sends over and over, once it has begun.
    enum Endless {
        STATUS_LINE("HTTP/1.1 200 ", "O", "maxLineBytes"),
        FIELD(OK + "A: ", "b", "maxLineBytes"),
        FIELD_NAME(OK, "A", "maxLineBytes"),
        SMALL_FIELDS(OK, "A: b\r\n", "maxFields"),
        LARGE_FIELDS(OK, "A: " + "b".repeat(4000) + "\r\n", "maxHeadBytes"),
        INTERIM_RESPONSES("", "HTTP/1.1 103 Early Hints\r\n\r\n", "maxInterimResponses"),
        BODY_UNTIL_CLOSE(OK + "\r\n", "x".repeat(10_000), "maxBodyBytes"),
        BODY_WITH_LENGTH(
                OK + "Content-Length: 999999999999999999\r\n\r\n",
                "x".repeat(10_000),
                "maxBodyBytes"),
        CHUNKS(CHUNKED, "1\r\nx\r\n", "maxBodyBytes"),
        ONE_CHUNK(CHUNKED + "7fffffffffffffff\r\n", "x".repeat(10_000), "maxBodyBytes"),
        EXTENSION(CHUNKED + "1;", "x", "maxChunkExtensionBytes"),
        EXTENSIONS(CHUNKED, "1;abcdefgh\r\nx\r\n", "maxChunkExtensionBytes"),
        TRAILERS(CHUNKED + "0\r\n", "A: " + "b".repeat(4000) + "\r\n", "maxTrailerBytes"),
        SMALL_TRAILERS(CHUNKED + "0\r\n", "A: b\r\n", "maxFields"),
        ;

        private final String start;
        private final String rest;
        private final String limit;

        Endless(String start, String rest, String limit) {
            this.start = start;
            this.rest = rest.repeat(Math.ceilDiv(10_000, rest.length()));
            this.limit = limit;
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatNeverEndsFailsAtALimit(Endless sent) throws Exception {
        client.run(ClientRun.options().withMaxBodyBytes(100_000), (server, session) -> {
            server.on("/", peer -> {
                peer.send(sent.start);
                while (true) {
                    peer.send(sent.rest);
                }
            });
            probe(server, session);
            ClientException failure = failureOf(session, server.url("/"));
            probe(server, session);

            assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
            assertThat(failure)
                    .isInstanceOf(ClientException.Protocol.class)
                    .hasMessageStartingWith("GET " + server.url("/: "))
                    .hasMessageContaining("the limit " + sent.limit + " is ");
        });
    }

    @Test
    void noValueOfAFieldIsShownInAMessage() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send(OK + "Set-Cookie: id=secret\0\r\n\r\n");
                peer.awaitClose();
            });

            assertThat(failureOf(session, server.url("/")))
                    .hasMessageContaining("Set-Cookie")
                    .hasMessageNotContaining("secret");
        });
    }

    @Test
    void aServerThatAnswersBeforeItIsAskedIsNotListenedTo() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                String answer = OK + "Content-Length: 3\r\n\r\n";
                peer.send(answer + "one" + answer + "two");
                peer.awaitClose();
            });

            assertThat(fetch(session, server.url("/"))).isEqualTo("one");
            assertThat(session.connectionsIdle()).isZero();
            probe(server, session);
            assertThat(server.connections()).isEqualTo(2);
        });
    }
}
