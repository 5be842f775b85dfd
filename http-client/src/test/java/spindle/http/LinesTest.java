package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.probe;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.coding.Bodies;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/// The lines of a body, however they end and however they come.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class LinesTest {
    private final ClientRun client;

    LinesTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''                   | ''",
                "one                  | one;",
                "one~n                | one;",
                "one~r~n              | one;",
                "one~r                | one~r;",
                "~n                   | ;",
                "~r~n                 | ;",
                "~n~n                 | ;;",
                "one~ntwo             | one;two;",
                "one~r~ntwo~n         | one;two;",
                "one~n~ntwo           | one;;two;",
                "one~r~r~ntwo         | one~r;two;",
                "one~rstill one~n     | one~rstill one;",
                "~none                | ;one;",
                "one~n~r              | one;~r;",
            })
    void endAtLineFeeds(String said, String expected) throws Exception {
        byte[] body = Bodies.text(said.replace("~n", "\n").replace("~r", "\r"));
        List<String> lines = List.of(expected.replace("~r", "\r").split(";", -1));
        client.run((server, session) -> {
            inPieces(server, "", body, 1);

            assertThat(lines(session, server)).isEqualTo(lines.subList(0, lines.size() - 1));
        });
    }

    /// Each piece is one byte, so every character is cut wherever it can be.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "utf-8",
                "utf-16le",
                "utf-16be",
                "gb18030",
                "shift_jis",
                "euc-jp",
                "iso-2022-jp"
            })
    void charactersMayBeCutAnywhere(String label) throws Exception {
        String text = "\u65e5\u672c\nA\u8a9e\n\n\u6f22\u5b57"
                + (label.startsWith("u") || label.startsWith("g") ? "\ud83d\ude00\n" : "\n");
        Charset charset = ContentCharset.ofLabel(label);
        client.run((server, session) -> {
            inPieces(server, "; charset=" + label, text.getBytes(charset), 1);

            assertThat(lines(session, server)).isEqualTo(text.lines().toList());
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"efbbbf", "fffe", "feff"})
    void aMarkMayBeCutAnywhere(String mark) throws Exception {
        Charset charset = switch (mark) {
            case "efbbbf" -> StandardCharsets.UTF_8;
            case "fffe" -> StandardCharsets.UTF_16LE;
            default -> StandardCharsets.UTF_16BE;
        };
        byte[] body = Bodies.concat(Bodies.hex(mark), "\u00fc\nx".getBytes(charset));
        client.run((server, session) -> {
            for (int size = 1; size <= 4; size++) {
                inPieces(server, "", body, size);

                assertThat(lines(session, server)).as("%d", size).containsExactly("\u00fc", "x");
            }
        });
    }

    @Test
    void aLineIsThereAsSoonAsItsEndIs() throws Exception {
        client.run((server, session) -> {
            CountDownLatch release = new CountDownLatch(1);
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n\na\nbc");
                Conversation.await(release);
                peer.send("d\ne");
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                AsyncIterator<String> lines = response.lines();

                assertThat(await(lines.next())).contains("");
                assertThat(await(lines.next())).contains("a");
                release.countDown();
                assertThat(await(lines.next())).contains("bcd");
                assertThat(await(lines.next())).contains("e");
                assertThat(await(lines.next())).isEmpty();
                assertThat(await(lines.next())).isEmpty();
            }
        });
    }

    @Test
    void linesOfACompressedBodyComeAsTheyAreDecoded() throws Exception {
        byte[] body = Bodies.text("one\ntwo\nthree");
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.CHUNKED.respond(
                            peer, "Content-Encoding: gzip\r\n", Bodies.gzip(body)));

            assertThat(lines(session, server)).containsExactly("one", "two", "three");
        });
    }

    // --- Limits ---

    @ParameterizedTest
    @ValueSource(strings = {"12345", "12345\n", "12345\r\n", "\n12345\r\n1\n"})
    void aLineMayBeAsLongAsTheLimit(String body) throws Exception {
        client.run((server, session) -> {
            inPieces(server, "", Bodies.text(body), 1);
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(all(response.lines(5))).contains("12345");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"123456", "123456\n", "1\n123456\r\n"})
    void aLineBeyondTheLimitIsRefused(String body) throws Exception {
        client.run((server, session) -> {
            for (int size : List.of(1, 100)) {
                inPieces(server, "", Bodies.text(body), size);
                try (ClientResponse response = await(session.get(server.url("/")))) {
                    ClientException failure = catchThrowableOfType(
                            ClientException.class, () -> all(response.lines(5)));

                    assertThat(failure).isNotNull();
                    assertThat(failure.kind()).isEqualTo(Kind.LIMIT);
                    assertThat(failure)
                            .hasMessage("GET " + server.url("/") + ": a line of the body is too"
                                    + " long: the limit is 5 characters");
                }
            }
        });
    }

    @Test
    void aLineWithoutEndIsGivenUpSoon() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\n\r\n");
                byte[] piece = new byte[100_000];
                Arrays.fill(piece, (byte) 'x');
                while (true) {
                    peer.send(piece);
                }
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                ClientException failure = catchThrowableOfType(
                        ClientException.class, () -> await(response.lines().next()));

                assertThat(failure).isNotNull();
                assertThat(failure).hasMessageContaining("the limit is 1048576 characters");
            }
            probe(server, session);
        });
    }

    /// Each line moved all that was left of the text: a megabyte of short lines took minutes.
    @Test
    void manyShortLinesTakeTimeByTheirNumber() throws Exception {
        byte[] body = new byte[20_000_000];
        Arrays.fill(body, (byte) '\n');
        ClientOptions options = ClientRun.options()
                .withLimits(ResponseLimits.defaults().withMaxDecodingRatio(2000));
        client.run(options, (server, session) -> {
            server.on(
                    "/",
                    peer -> Framing.LENGTH.respond(
                            peer, "Content-Encoding: gzip\r\n", Bodies.gzip(body)));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                AsyncIterator<String> lines = response.lines();
                int count = 0;
                for (Optional<String> line = lines.next().run();
                        line.isPresent();
                        line = lines.next().run()) {
                    count++;
                }

                assertThat(count).isEqualTo(body.length);
            }
        });
    }

    // --- Ends ---

    @Test
    void aLineThatBreaksOffIsNoLine() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\none\ntw");
                peer.close();
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                AsyncIterator<String> lines = response.lines();

                assertThat(await(lines.next())).contains("one");
                ClientException failure =
                        catchThrowableOfType(ClientException.class, () -> await(lines.next()));
                assertThat(failure).isNotNull();
                assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
            }
        });
    }

    @Test
    void aReaderOfLinesCanBeClosedUnderItsHands() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\none\n");
                peer.awaitClose();
            });
            ClientResponse response = await(session.get(server.url("/")));
            List<String> seen = new ArrayList<>();
            Task<ClientException> reader =
                    createTask(() -> catchThrowableOfType(ClientException.class, () -> {
                        for (String line : awaitEach(response.lines())) {
                            seen.add(line);
                        }
                    }));
            until(() -> !seen.isEmpty());
            response.close();

            assertThat(await(reader).kind()).isEqualTo(Kind.CLOSED);
            assertThat(seen).containsExactly("one");
        });
    }

    private static void inPieces(ScriptedServer server, String charset, byte[] body, int size) {
        server.on("/", peer -> {
            Framing.CHUNKED.begin(peer, "Content-Type: text/plain" + charset + "\r\n", 0);
            for (int at = 0; at < body.length; at += size) {
                Framing.CHUNKED.part(
                        peer, Arrays.copyOfRange(body, at, Math.min(body.length, at + size)));
                peer.letTheLoopLook();
            }
            Framing.CHUNKED.end(peer);
        });
    }

    private static List<String> lines(ClientSession session, ScriptedServer server)
            throws Exception {
        try (ClientResponse response = await(session.get(server.url("/")))) {
            return all(response.lines());
        }
    }

    private static List<String> all(AsyncIterator<String> lines) {
        List<String> all = new ArrayList<>();
        for (String line : awaitEach(lines)) {
            all.add(line);
        }
        return all;
    }
}
