package spindle.http.wire;

import static spindle.http.wire.Exchange.chunked;
import static spindle.http.wire.Exchange.head;
import static spindle.http.wire.Exchange.ok;
import static spindle.http.wire.Exchange.toConnect;
import static spindle.http.wire.Exchange.toHead;
import static spindle.http.wire.Exchange.toUpgrade;
import static spindle.http.wire.Exchange.valid;

import java.util.List;
import java.util.stream.Stream;

/// What a client must be able to read.
final class ValidExchanges {

    private ValidExchanges() {}

    static List<Exchange> all() {
        return Stream.of(
                        statusLines(),
                        fields(),
                        lengths(),
                        chunks(),
                        withoutBody(),
                        interim(),
                        connect(),
                        upgrade(),
                        persistence())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Exchange> statusLines() {
        String rest = "Content-Length: 0";
        String outcome = " | Content-Length: 0 | length 0 | keep-alive";
        return List.of(
                valid("usual status line", ok(rest), "HTTP/1.1 200 OK" + outcome),
                valid("no reason", head("HTTP/1.1 200 ", rest), "HTTP/1.1 200" + outcome),
                valid(
                        "no reason and no blank",
                        head("HTTP/1.1 200", rest),
                        "HTTP/1.1 200" + outcome),
                valid(
                        "reason of blanks",
                        head("HTTP/1.1 200   ", rest),
                        "HTTP/1.1 200   " + outcome),
                valid(
                        "reason of several words",
                        head("HTTP/1.1 404 Not\tso Found", rest),
                        "HTTP/1.1 404 Not\tso Found" + outcome),
                valid(
                        "reason in Latin-1",
                        head("HTTP/1.1 500 Ärger", rest),
                        "HTTP/1.1 500 Ärger" + outcome),
                valid(
                        "another reason of two letters",
                        head("HTTP/1.1 200 ok", rest),
                        "HTTP/1.1 200 ok" + outcome),
                valid(
                        "a later minor version",
                        head("HTTP/1.2 200 OK", rest),
                        "HTTP/1.1 200 OK" + outcome),
                valid(
                        "minor version 9",
                        head("HTTP/1.9 200 OK", rest),
                        "HTTP/1.1 200 OK" + outcome),
                valid("status 599", head("HTTP/1.1 599 Last", rest), "HTTP/1.1 599 Last" + outcome),
                valid(
                        "a status of no class",
                        head("HTTP/1.1 999 Denied", rest),
                        "HTTP/1.1 999 Denied" + outcome),
                valid(
                        "HTTP/1.0",
                        head("HTTP/1.0 200 OK", rest),
                        "HTTP/1.0 200 OK | Content-Length: 0 | length 0 | close"));
    }

    private static List<Exchange> fields() {
        String end = "Content-Length: 0";
        String start = "HTTP/1.1 200 OK | ";
        String outcome = "; Content-Length: 0 | length 0 | keep-alive";
        return List.of(
                valid("names as sent", ok("x-LOUD: a", end), start + "x-LOUD: a" + outcome),
                valid("one name twice", ok("A: 1", "a: 2", end), start + "A: 1; a: 2" + outcome),
                valid("empty value", ok("A:", end), start + "A: " + outcome),
                valid("value of blanks", ok("A:  \t ", end), start + "A: " + outcome),
                valid("no blank before the value", ok("A:b", end), start + "A: b" + outcome),
                valid(
                        "blanks around the value",
                        ok("A: \t b c \t", end),
                        start + "A: b c" + outcome),
                valid("HTAB within a value", ok("A: b\tc", end), start + "A: b\tc" + outcome),
                valid("colons in a value", ok("A: b:c:", end), start + "A: b:c:" + outcome),
                valid(
                        "value in Latin-1",
                        ok("A: Größe\u00ff\u0080", end),
                        start + "A: Größe\u00ff\u0080" + outcome),
                valid(
                        "every token character in a name",
                        ok("!#$%&'*+-.^_`|~09azAZ: 1", end),
                        start + "!#$%&'*+-.^_`|~09azAZ: 1" + outcome),
                valid("name of one letter", ok("X: 1", end), start + "X: 1" + outcome),
                valid(
                        "names almost like those of framing",
                        ok("Content-Length-: 7", "Transfer-Encodin: x", "XContent-Length: 9", end),
                        start + "Content-Length-: 7; Transfer-Encodin: x; XContent-Length: 9"
                                + outcome),
                valid(
                        "many fields",
                        ok("A: 1\r\n".repeat(100) + end),
                        start + "A: 1; ".repeat(100) + end + " | length 0 | keep-alive"),
                valid(
                        "head larger than the first buffer",
                        ok("A: " + "b".repeat(3000), end),
                        start + "A: " + "b".repeat(3000) + outcome));
    }

    private static List<Exchange> lengths() {
        String length5 = "HTTP/1.1 200 OK | Content-Length: 5 | length 5 | keep-alive | hello";
        return List.of(
                valid("length", ok("Content-Length: 5") + "hello", length5),
                valid("length of zero", ok("Content-Length: 0"), withLength("0", 0, "")),
                valid(
                        "zeros before a length",
                        ok("Content-Length: 00005") + "hello",
                        withLength("00005", 5, " | hello")),
                valid(
                        "length in 18 digits",
                        ok("Content-Length: 000000000000000005") + "hello",
                        withLength("000000000000000005", 5, " | hello")),
                valid(
                        "name of the length in other case",
                        ok("cOnTeNt-LeNgTh: 5") + "hello",
                        "HTTP/1.1 200 OK | cOnTeNt-LeNgTh: 5 | length 5 | keep-alive | hello"),
                valid("blanks around a length", ok("Content-Length: \t5 ") + "hello", length5),
                valid(
                        "line ends within a body",
                        ok("Content-Length: 5") + "\r\n\r\n\n",
                        withLength("5", 5, " | \\r\\n\\r\\n\\n")),
                valid(
                        "zero bytes within a body",
                        ok("Content-Length: 3") + "\0\0\0",
                        withLength("3", 3, " | \0\0\0")),
                valid(
                        "body of every byte",
                        ok("Content-Length: 256") + everyByte(),
                        withLength("256", 256, " | " + Playback.escape(everyByte()))),
                valid(
                        "leftover bytes",
                        ok("Content-Length: 5") + "hello!",
                        length5 + " | leftover !"),
                valid(
                        "a second response is leftover",
                        ok("Content-Length: 5") + "hello" + ok(),
                        length5 + " | leftover HTTP/1.1 200 OK\\r\\n\\r\\n"),
                valid(
                        "an empty line is leftover",
                        ok("Content-Length: 0") + "\r\n",
                        withLength("0", 0, " | leftover \\r\\n")),
                valid(
                        "until close",
                        ok() + "hello",
                        "HTTP/1.1 200 OK | until close | close | hello"),
                valid("nothing until close", ok(), "HTTP/1.1 200 OK | until close | close"),
                valid(
                        "until close in spite of keep-alive",
                        ok("Connection: keep-alive") + "hello\r\n\r\n",
                        "HTTP/1.1 200 OK | Connection: keep-alive | until close | close | hello\\r\\n\\r\\n"));
    }

    private static String withLength(String field, long length, String rest) {
        return "HTTP/1.1 200 OK | Content-Length: " + field + " | length " + length
                + " | keep-alive" + rest;
    }

    private static String everyByte() {
        var all = new StringBuilder();
        for (char c = 0; c < 256; c++) {
            all.append(c);
        }
        return all.toString();
    }

    private static List<Exchange> chunks() {
        String start = "HTTP/1.1 200 OK | Transfer-Encoding: chunked | chunked | keep-alive";
        String hello = start + " | hello";
        return List.of(
                valid("one chunk", chunked("5\r\nhello\r\n0\r\n\r\n"), hello),
                valid("no chunk", chunked("0\r\n\r\n"), start),
                valid(
                        "several chunks",
                        chunked("2\r\nhe\r\n1\r\nl\r\n2\r\nlo\r\n0\r\n\r\n"),
                        hello),
                valid(
                        "size of small letters",
                        chunked("a\r\n0123456789\r\n0\r\n\r\n"),
                        start + " | 0123456789"),
                valid(
                        "size of capital letters",
                        chunked("A\r\n0123456789\r\n0\r\n\r\n"),
                        start + " | 0123456789"),
                valid(
                        "size of two digits",
                        chunked("1f\r\n" + "x".repeat(31) + "\r\n0\r\n\r\n"),
                        start + " | " + "x".repeat(31)),
                valid(
                        "size in 16 digits",
                        chunked("0000000000000005\r\nhello\r\n0\r\n\r\n"),
                        hello),
                valid(
                        "last size in 16 digits",
                        chunked("5\r\nhello\r\n0000000000000000\r\n\r\n"),
                        hello),
                valid(
                        "line ends within chunks",
                        chunked("4\r\n\r\n\r\n\r\n0\r\n\r\n"),
                        start + " | \\r\\n\\r\\n"),
                valid(
                        "a chunk like a last chunk",
                        chunked("5\r\n0\r\n\r\n\r\n0\r\n\r\n"),
                        start + " | 0\\r\\n\\r\\n"),
                valid("extension", chunked("5;a=b\r\nhello\r\n0\r\n\r\n"), hello),
                valid("extension of the last chunk", chunked("5\r\nhello\r\n0;a\r\n\r\n"), hello),
                valid("quoted extension", chunked("5;a=\"b; c\";d\r\nhello\r\n0\r\n\r\n"), hello),
                valid(
                        "blanks in an extension",
                        chunked("5; \ta = b \r\nhello\r\n0\r\n\r\n"),
                        hello),
                valid("empty extension", chunked("5;\r\nhello\r\n0\r\n\r\n"), hello),
                valid(
                        "extension in Latin-1",
                        chunked("5;\u00e4\u00ff\r\nhello\r\n0\r\n\r\n"),
                        hello),
                valid("trailer", chunked("0\r\nA: b\r\n\r\n"), start + " | trailers A: b"),
                valid(
                        "trailers after data",
                        chunked("5\r\nhello\r\n0\r\nA:b\r\na: \r\n\r\n"),
                        hello + " | trailers A: b; a: "),
                valid(
                        "trailers that look like framing are only trailers",
                        chunked("0\r\nContent-Length: 7\r\nConnection: close\r\n\r\n"),
                        start + " | trailers Content-Length: 7; Connection: close"),
                valid(
                        "leftover after chunks",
                        chunked("0\r\n\r\nHTTP"),
                        start + " | leftover HTTP"),
                valid(
                        "leftover after trailers",
                        chunked("0\r\nA: b\r\n\r\n\r\n"),
                        start + " | trailers A: b | leftover \\r\\n"),
                valid(
                        "chunked in other case",
                        ok("transfer-encoding:\tChunKed ") + "0\r\n\r\n",
                        "HTTP/1.1 200 OK | transfer-encoding: ChunKed | chunked | keep-alive"),
                valid(
                        "chunked from a later minor version",
                        head("HTTP/1.3 200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                        start),
                valid(
                        "chunks and close",
                        ok("Transfer-Encoding: chunked", "Connection: close") + "0\r\n\r\n",
                        "HTTP/1.1 200 OK | Transfer-Encoding: chunked; Connection: close | chunked | close"));
    }

    private static List<Exchange> withoutBody() {
        return List.of(
                valid(
                        "204",
                        head("HTTP/1.1 204 No Content"),
                        "HTTP/1.1 204 No Content | no body | keep-alive"),
                valid(
                        "204 with a length of zero",
                        head("HTTP/1.1 204 No Content", "Content-Length: 0"),
                        "HTTP/1.1 204 No Content | Content-Length: 0 | no body | keep-alive"),
                valid(
                        "204 that announces a body is the last on its connection",
                        head("HTTP/1.1 204 No Content", "Content-Length: 5") + "hello",
                        "HTTP/1.1 204 No Content | Content-Length: 5 | no body | close | leftover hello"),
                valid(
                        "204 that announces chunks",
                        head("HTTP/1.1 204 No Content", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                        "HTTP/1.1 204 No Content | Transfer-Encoding: chunked | no body | close | leftover 0\\r\\n\\r\\n"),
                valid(
                        "204 with two lengths",
                        head("HTTP/1.1 204 No Content", "Content-Length: 0", "Content-Length: 5"),
                        "HTTP/1.1 204 No Content | Content-Length: 0; Content-Length: 5 | no body | close"),
                valid(
                        "304 with the length that a 200 would have",
                        head("HTTP/1.1 304 Not Modified", "Content-Length: 5"),
                        "HTTP/1.1 304 Not Modified | Content-Length: 5 | no body | keep-alive"),
                valid(
                        "304 with chunks that a 200 would have",
                        head("HTTP/1.1 304 Not Modified", "Transfer-Encoding: chunked"),
                        "HTTP/1.1 304 Not Modified | Transfer-Encoding: chunked | no body | keep-alive"),
                toHead(
                        "length",
                        ok("Content-Length: 5"),
                        "HTTP/1.1 200 OK | Content-Length: 5 | no body | keep-alive"),
                toHead(
                        "chunked",
                        ok("Transfer-Encoding: chunked"),
                        "HTTP/1.1 200 OK | Transfer-Encoding: chunked | no body | keep-alive"),
                toHead("neither", ok(), "HTTP/1.1 200 OK | no body | keep-alive"),
                toHead(
                        "a body all the same",
                        ok("Content-Length: 5") + "hello",
                        "HTTP/1.1 200 OK | Content-Length: 5 | no body | keep-alive | leftover hello"),
                toHead(
                        "framing that would be refused with a body",
                        ok("Content-Length: five", "Transfer-Encoding: gzip"),
                        "HTTP/1.1 200 OK | Content-Length: five; Transfer-Encoding: gzip | no body | keep-alive"),
                toHead(
                        "error",
                        head("HTTP/1.0 404 Not Found"),
                        "HTTP/1.0 404 Not Found | no body | close"));
    }

    private static List<Exchange> interim() {
        String end = ok("Content-Length: 2") + "hi";
        String outcome = "HTTP/1.1 200 OK | Content-Length: 2 | length 2 | keep-alive | hi";
        return List.of(
                valid("100", head("HTTP/1.1 100 Continue") + end, "100 | " + outcome),
                valid("102 without a reason", head("HTTP/1.1 102") + end, "102 | " + outcome),
                valid(
                        "102",
                        head("HTTP/1.1 102 Processing", "A: b") + end,
                        "102 A: b | " + outcome),
                valid(
                        "103 with fields",
                        head("HTTP/1.1 103 Early Hints", "Link: </a>", "Connection: close") + end,
                        "103 Link: </a>; Connection: close | " + outcome),
                valid("199", head("HTTP/1.1 199 Whatever") + end, "199 | " + outcome),
                valid("1xx in HTTP/1.0", head("HTTP/1.0 100 Continue") + end, "100 | " + outcome),
                valid(
                        "several 1xx",
                        head("HTTP/1.1 100 Continue")
                                + head("HTTP/1.1 103 Hints", "A: b").repeat(3)
                                + end,
                        "100 | 103 A: b | 103 A: b | 103 A: b | " + outcome),
                valid(
                        "100, 102 and 103 with fields",
                        head("HTTP/1.1 100 Continue")
                                + head("HTTP/1.1 102 Processing", "A: 1", "a: 2")
                                + head("HTTP/1.1 103 Hints", "B:")
                                + end,
                        "100 | 102 A: 1; a: 2 | 103 B:  | " + outcome),
                valid(
                        "sixteen 1xx",
                        head("HTTP/1.1 100 Continue").repeat(16) + end,
                        "100 | ".repeat(16) + outcome),
                valid(
                        "framing of a 1xx is not that of the response",
                        head(
                                        "HTTP/1.1 103 Hints",
                                        "Content-Length: 7",
                                        "Transfer-Encoding: chunked")
                                + end,
                        "103 Content-Length: 7; Transfer-Encoding: chunked | " + outcome),
                valid(
                        "a 1xx before a body until close",
                        head("HTTP/1.1 100 Continue") + ok() + "hello",
                        "100 | HTTP/1.1 200 OK | until close | close | hello"),
                valid(
                        "a 1xx before chunks",
                        head("HTTP/1.1 103 Hints", "A: b")
                                + chunked("2\r\nhi\r\n0\r\nC: d\r\n\r\n"),
                        "103 A: b | HTTP/1.1 200 OK | Transfer-Encoding: chunked | chunked | keep-alive | hi | trailers C: d"),
                valid(
                        "a 1xx before 417",
                        head("HTTP/1.1 100 Continue")
                                + head("HTTP/1.1 417 No", "Content-Length: 0"),
                        "100 | HTTP/1.1 417 No | Content-Length: 0 | length 0 | keep-alive"),
                valid(
                        "a 1xx behind the response is leftover",
                        end + head("HTTP/1.1 100 Continue"),
                        outcome + " | leftover HTTP/1.1 100 Continue\\r\\n\\r\\n"),
                valid(
                        "large fields of a 1xx",
                        head("HTTP/1.1 103 Hints", "A: " + "b".repeat(3000)) + end,
                        "103 A: " + "b".repeat(3000) + " | " + outcome),
                toHead(
                        "after 100",
                        head("HTTP/1.1 100 Continue") + ok(),
                        "100 | HTTP/1.1 200 OK | no body | keep-alive"),
                toHead(
                        "after 103",
                        head("HTTP/1.1 103 Hints", "Link: </a>") + ok("Content-Length: 5"),
                        "103 Link: </a> | HTTP/1.1 200 OK | Content-Length: 5 | no body | keep-alive"));
    }

    private static List<Exchange> connect() {
        String established = head("HTTP/1.1 200 Connection established");
        String tunnel = "HTTP/1.1 200 Connection established | tunnel | close";
        return List.of(
                toConnect("200", established, tunnel),
                toConnect(
                        "200 and the first bytes of the tunnel",
                        established + "\u0016\3\3hello\r\n\r\n",
                        tunnel + " | leftover \u0016\3\3hello\\r\\n\\r\\n"),
                toConnect(
                        "200 in HTTP/1.0",
                        head("HTTP/1.0 200 OK"),
                        "HTTP/1.0 200 OK | tunnel | close"),
                toConnect(
                        "200 with a length",
                        ok("Content-Length: 5") + "hello",
                        "HTTP/1.1 200 OK | Content-Length: 5 | tunnel | close | leftover hello"),
                toConnect(
                        "200 with chunks",
                        chunked("0\r\n\r\n"),
                        "HTTP/1.1 200 OK | Transfer-Encoding: chunked | tunnel | close | leftover 0\\r\\n\\r\\n"),
                toConnect(
                        "200 with framing that would be refused elsewhere",
                        ok("Content-Length: x", "Content-Length: 5", "Transfer-Encoding: gzip"),
                        "HTTP/1.1 200 OK | Content-Length: x; Content-Length: 5; Transfer-Encoding: gzip | tunnel | close"),
                toConnect(
                        "200 in spite of keep-alive",
                        ok("Connection: keep-alive"),
                        "HTTP/1.1 200 OK | Connection: keep-alive | tunnel | close"),
                toConnect("204", head("HTTP/1.1 204 None"), "HTTP/1.1 204 None | tunnel | close"),
                toConnect("299", head("HTTP/1.1 299 Yes"), "HTTP/1.1 299 Yes | tunnel | close"),
                toConnect(
                        "200 after 100",
                        head("HTTP/1.1 100 Continue") + established + "x",
                        "100 | " + tunnel + " | leftover x"),
                toConnect(
                        "300",
                        head("HTTP/1.1 300 Choices", "Content-Length: 5") + "hello",
                        "HTTP/1.1 300 Choices | Content-Length: 5 | length 5 | keep-alive | hello"),
                toConnect(
                        "304",
                        head("HTTP/1.1 304 Not Modified", "Content-Length: 5"),
                        "HTTP/1.1 304 Not Modified | Content-Length: 5 | no body | keep-alive"),
                toConnect(
                        "407 with a length",
                        head("HTTP/1.1 407 Who", "Content-Length: 5") + "hello" + "x",
                        "HTTP/1.1 407 Who | Content-Length: 5 | length 5 | keep-alive | hello | leftover x"),
                toConnect(
                        "502 in chunks",
                        head("HTTP/1.1 502 No", "Transfer-Encoding: chunked")
                                + "2\r\nhi\r\n0\r\n\r\n",
                        "HTTP/1.1 502 No | Transfer-Encoding: chunked | chunked | keep-alive | hi"),
                toConnect(
                        "403 until close",
                        head("HTTP/1.0 403 Forbidden") + "hello",
                        "HTTP/1.0 403 Forbidden | until close | close | hello"));
    }

    private static List<Exchange> upgrade() {
        String switched = head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket");
        String tunnel = "HTTP/1.1 101 Switching Protocols | Upgrade: websocket | tunnel | close";
        return List.of(
                toUpgrade("101", switched, tunnel),
                toUpgrade(
                        "101 and the first bytes of the other protocol",
                        switched + "\u0081\5hello",
                        tunnel + " | leftover \u0081\5hello"),
                toUpgrade(
                        "101 after 100 and 103",
                        head("HTTP/1.1 100 Continue")
                                + head("HTTP/1.1 103 Hints", "A: b")
                                + switched,
                        "100 | 103 A: b | " + tunnel),
                toUpgrade(
                        "101 after sixteen 1xx",
                        head("HTTP/1.1 100 Continue").repeat(16) + switched,
                        "100 | ".repeat(16) + tunnel),
                toUpgrade(
                        "101 without fields",
                        head("HTTP/1.1 101"),
                        "HTTP/1.1 101 | tunnel | close"),
                toUpgrade(
                        "101 with framing",
                        head("HTTP/1.1 101 Go", "Content-Length: 5", "Transfer-Encoding: x")
                                + "hello",
                        "HTTP/1.1 101 Go | Content-Length: 5; Transfer-Encoding: x | tunnel | close | leftover hello"),
                toUpgrade(
                        "101 with connection options",
                        head("HTTP/1.1 101 Go", "Connection: upgrade, keep-alive"),
                        "HTTP/1.1 101 Go | Connection: upgrade, keep-alive | tunnel | close"),
                toUpgrade(
                        "200 instead",
                        ok("Content-Length: 5", "Connection: upgrade") + "hello",
                        "HTTP/1.1 200 OK | Content-Length: 5; Connection: upgrade | length 5 | keep-alive | hello"),
                toUpgrade(
                        "426",
                        head("HTTP/1.1 426 Upgrade", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                        "HTTP/1.1 426 Upgrade | Transfer-Encoding: chunked | chunked | keep-alive"),
                toUpgrade(
                        "204 is no tunnel",
                        head("HTTP/1.1 204 None"),
                        "HTTP/1.1 204 None | no body | keep-alive"),
                toUpgrade(
                        "until close",
                        ok() + "hello",
                        "HTTP/1.1 200 OK | until close | close | hello"));
    }

    private static List<Exchange> persistence() {
        return List.of(
                persistence("HTTP/1.1", "close", "Connection: close"),
                persistence("HTTP/1.1", "close", "connection: CLOSE"),
                persistence("HTTP/1.1", "close", "Connection: a, \tclose ,b"),
                persistence("HTTP/1.1", "close", "Connection: keep-alive", "Connection: close"),
                persistence("HTTP/1.1", "close", "Connection: close, keep-alive"),
                persistence("HTTP/1.1", "keep-alive", "Connection: keep-alive"),
                persistence("HTTP/1.1", "keep-alive", "Connection: closed"),
                persistence("HTTP/1.1", "keep-alive", "Connection: close;q=1"),
                persistence("HTTP/1.1", "keep-alive", "Connection: "),
                persistence("HTTP/1.1", "keep-alive", "Connection: ,,"),
                persistence("HTTP/1.1", "keep-alive", "Connection: upgrade"),
                persistence("HTTP/1.1", "keep-alive", "Proxy-Connection: close"),
                persistence("HTTP/1.0", "keep-alive", "Connection: keep-alive"),
                persistence("HTTP/1.0", "keep-alive", "Connection: x, Keep-Alive"),
                persistence("HTTP/1.0", "close", "Connection: x"),
                persistence("HTTP/1.0", "close", "Connection: keep-alive, close"),
                persistence("HTTP/1.0", "close", "Keep-Alive: timeout=5"),
                persistence("HTTP/1.7", "close", "Connection: close"));
    }

    private static Exchange persistence(String version, String expected, String... fields) {
        String lines = String.join("\r\n", fields);
        String shown = Playback.show(FieldLines.of(Stream.of(fields)
                .flatMap(field -> Stream.of(field.split(":", 2)))
                .toArray(String[]::new)));
        return valid(
                version + " with " + String.join("; ", fields),
                head(version + " 200 OK", lines, "Content-Length: 0"),
                (version.equals("HTTP/1.0") ? version : "HTTP/1.1")
                        + " 200 OK | "
                        + shown
                        + "; Content-Length: 0 | length 0 | "
                        + expected);
    }
}
