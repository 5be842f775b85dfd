package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.awaitEach;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.coding.Bodies;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/// Texts in the charset that their labels mean, which is often not the one that they name.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class CharsetTest {
    private static final byte[] MARK_8 = Bodies.hex("efbbbf");
    private static final byte[] MARK_16_LE = Bodies.hex("fffe");
    private static final byte[] MARK_16_BE = Bodies.hex("feff");

    private final ClientRun client;

    CharsetTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// The bytes are those of characters that only the charset on the right has, or has there.
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "gb2312            | 8147             | 4e1f",
                "GB2312            | 81308130         | 0080",
                "gb_2312-80        | 8147             | 4e1f",
                "chinese           | 8147             | 4e1f",
                "gbk               | 81308130         | 0080",
                "x-gbk             | 81308130         | 0080",
                "gb18030           | 81308130         | 0080",
                "shift_jis         | 8740             | 2460",
                "Shift-JIS         | 8740             | 2460",
                "sjis              | ed40             | 7e8a",
                "x-sjis            | fa40             | 2170",
                "windows-31j       | 8740             | 2460",
                "big5              | 8840             | 31c0",
                "cn-big5           | fa40             | d841 dd47",
                "big5-hkscs        | fa40             | d841 dd47",
                "euc-kr            | 8141             | ac02",
                "ks_c_5601-1987    | 8141             | ac02",
                "korean            | 8141             | ac02",
                "iso-8859-1        | 80               | 20ac",
                "ISO8859-1         | 93 94            | 201c 201d",
                "latin1            | 80               | 20ac",
                "l1                | 80               | 20ac",
                "cp819             | 80               | 20ac",
                "us-ascii          | 80               | 20ac",
                "ascii             | e9               | 00e9",
                "iso-8859-9        | 80               | 20ac",
                "latin5            | dd               | 0130",
                "iso-8859-11       | 80               | 20ac",
                "tis-620           | 85               | 2026",
                "utf-16            | 4100             | 0041",
                "utf-16le          | 4100             | 0041",
                "utf-16be          | 0041             | 0041",
                "unicode           | 4100             | 0041",
                "ucs-2             | 4100             | 0041",
                "utf-8             | e282ac           | 20ac",
                "utf8              | e282ac           | 20ac",
                "unicode-1-1-utf-8 | e282ac           | 20ac",
                "windows-1252      | 80               | 20ac",
                "x-cp1252          | 80               | 20ac",
                "iso-8859-2        | b1               | 0105",
                "iso-8859-15       | a4               | 20ac",
                "koi8-r            | c1               | 0430",
                "windows-1251      | e0               | 0430",
                "macintosh         | 8a               | 00e4",
                "euc-jp            | a4a2             | 3042",
                "iso-2022-jp       | 1b24422422       | 3042",
            })
    void aLabelMeansWhatBrowsersMeanByIt(String label, String bytes, String expected)
            throws Exception {
        byte[] body = Bodies.concat(Bodies.hex(bytes));
        client.run((server, session) -> {
            serve(server, "text/html; charset=" + label, body);

            assertThat(hex(text(session, server))).isEqualTo(expected);
            assertThat(hex(String.join("\n", lines(session, server)))).isEqualTo(expected);
        });
    }

    private static String hex(String text) {
        List<String> units = new ArrayList<>();
        text.chars().forEach(unit -> units.add(String.format("%04x", unit)));
        return String.join(" ", units);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "text/plain; charset=koi8-r",
                "text/plain;charset=KOI8-R",
                "text/plain; charset=\"koi8-r\"",
                "text/plain; charset='koi8-r'",
                "text/plain; charset= koi8-r ",
                "text/plain; CharSet=koi8-r; format=flowed",
                "text/plain; format=\"a;charset=utf-8\"; charset=koi8-r",
                "text/plain; x=\"\\\";charset=utf-8\"; charset=koi8-r",
                "text/plain;;charset=koi8-r",
                "text/plain; charset=koi8-r; charset=utf-8",
            })
    void theLabelIsFoundHoweverItIsWritten(String contentType) throws Exception {
        client.run((server, session) -> {
            serve(server, contentType, Bodies.hex("c1"));

            assertThat(text(session, server)).isEqualTo("\u0430");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "text/plain",
        "text/plain; charset",
        "text/plain; charset=",
        "text/plain; charset=no-such-charset",
        "text/plain; xcharset=koi8-r",
        "charset=koi8-r",
        "text/plain; charset=\u0001",
    })
    void whatNamesNoCharsetIsUtf8(String contentType) throws Exception {
        client.run((server, session) -> {
            serve(server, contentType.replace("\u0001", "\t"), Bodies.text("\u20ac"));

            assertThat(text(session, server)).isEqualTo("\u20ac");
        });
    }

    // --- Marks ---

    @Test
    void aMarkIsLeftOut() throws Exception {
        client.run((server, session) -> {
            serve(server, "text/plain", Bodies.concat(MARK_8, Bodies.text("\u20ac")));
            assertThat(text(session, server)).isEqualTo("\u20ac");
            assertThat(lines(session, server)).containsExactly("\u20ac");

            serve(server, "text/plain", Bodies.concat(MARK_8, MARK_8, Bodies.text("x")));
            assertThat(text(session, server)).as("one of them").isEqualTo("\ufeffx");
            assertThat(lines(session, server)).containsExactly("\ufeffx");

            serve(server, "text/plain", MARK_8);
            assertThat(text(session, server)).isEmpty();
            assertThat(lines(session, server)).isEmpty();
        });
    }

    /// What Java calls UTF-16 begins with a mark, and the label alone means the other order.
    @ParameterizedTest
    @CsvSource({"utf-16", "utf-16le", "utf-16be", "utf-8", "iso-8859-1", "no-such-charset"})
    void aMarkCountsForMoreThanALabel(String label) throws Exception {
        String text = "gr\u00fc\u00df\nGott";
        client.run((server, session) -> {
            for (List<Object> marked : List.of(
                    List.of(MARK_8, StandardCharsets.UTF_8),
                    List.of(MARK_16_LE, StandardCharsets.UTF_16LE),
                    List.of(MARK_16_BE, StandardCharsets.UTF_16BE))) {
                byte[] body = Bodies.concat(
                        (byte[]) marked.getFirst(), text.getBytes((Charset) marked.getLast()));
                serve(server, "text/plain; charset=" + label, body);

                assertThat(text(session, server)).as("%s", marked.getLast()).isEqualTo(text);
                assertThat(lines(session, server))
                        .as("%s", marked.getLast())
                        .isEqualTo(text.lines().toList());
            }
        });
    }

    @Test
    void halfAMarkIsNone() throws Exception {
        client.run((server, session) -> {
            for (String half : List.of("ef", "efbb", "fe", "ff")) {
                serve(server, "text/plain; charset=iso-8859-1", Bodies.hex(half));

                assertThat(text(session, server)).as(half).hasSize(half.length() / 2);
                assertThat(lines(session, server).getFirst())
                        .as(half)
                        .isEqualTo(text(session, server));
            }
        });
    }

    // --- Guessing, saying ---

    @Test
    void theGuessIsAskedWhereNothingElseSaysIt() throws Exception {
        List<String> asked = new ArrayList<>();
        ClientOptions options = ClientRun.options().withCharsetGuess((response, body) -> {
            asked.add(response.url().path() + " " + body.length);
            return body.length == 1 ? Charset.forName("koi8-r") : null;
        });
        client.run(options, (server, session) -> {
            serve(server, "text/plain", Bodies.hex("c1"));
            assertThat(text(session, server)).isEqualTo("\u0430");
            serve(server, "text/plain", Bodies.hex("e282ac"));
            assertThat(text(session, server)).as("no guess").isEqualTo("\u20ac");
            serve(server, "text/plain; charset=utf-8", Bodies.hex("c1"));
            assertThat(text(session, server)).as("a label").isEqualTo("\ufffd");
            serve(server, "text/plain", MARK_16_LE);
            assertThat(text(session, server)).as("a mark").isEmpty();
        });

        assertThat(asked).containsExactly("/ 1", "/ 3");
    }

    @Test
    void aGuessThatThrowsFailsTheText() throws Exception {
        ClientOptions options = ClientRun.options().withCharsetGuess((_, _) -> {
            throw new IllegalStateException("no idea");
        });
        client.run(options, (server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?hello")))) {
                assertThatThrownBy(() -> await(response.text())).hasMessage("no idea");
                assertThat(await(response.text(StandardCharsets.UTF_8))).isEqualTo("hello");
            }
        });
    }

    @Test
    void whoNamesACharsetKnowsBetterThanTheServer() throws Exception {
        client.run((server, session) -> {
            serve(server, "text/plain; charset=utf-8", Bodies.hex("b9fe"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.text(Charset.forName("GBK")))).isEqualTo("\u54c8");
                assertThat(await(response.text(StandardCharsets.ISO_8859_1)))
                        .isEqualTo("\u00b9\u00fe");
            }
        });
    }

    @ParameterizedTest
    @CsvSource({
        "utf-8,     41ff42,         A\ufffdB",
        "utf-8,     41c3,           A\ufffd",
        "utf-8,     41e28242,       A\ufffdB",
        "utf-16le,  410042,         A\ufffd",
        "gbk,       41ff42,         A\ufffdB",
    })
    void whatDoesNotFitIsReplaced(String label, String bytes, String expected) throws Exception {
        client.run((server, session) -> {
            serve(server, "text/plain; charset=" + label, Bodies.hex(bytes));

            assertThat(text(session, server)).isEqualTo(expected);
            assertThat(lines(session, server)).containsExactly(expected);
        });
    }

    private static void serve(ScriptedServer server, String contentType, byte[] body) {
        server.on("/", peer -> {
            peer.send("HTTP/1.1 200 OK\r\nContent-Type: " + contentType + "\r\nContent-Length: "
                    + body.length + "\r\n\r\n");
            peer.send(body);
        });
    }

    private static String text(ClientSession session, ScriptedServer server) throws Exception {
        return ClientRun.fetch(session, server.url("/"));
    }

    private static List<String> lines(ClientSession session, ScriptedServer server)
            throws Exception {
        List<String> lines = new ArrayList<>();
        try (ClientResponse response = await(session.get(server.url("/")))) {
            for (String line : awaitEach(response.lines())) {
                lines.add(line);
            }
        }
        return lines;
    }
}
