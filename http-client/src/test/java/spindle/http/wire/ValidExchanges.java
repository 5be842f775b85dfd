package spindle.http.wire;

import static spindle.http.wire.Exchange.chunked;
import static spindle.http.wire.Exchange.head;
import static spindle.http.wire.Exchange.ok;
import static spindle.http.wire.Exchange.toHead;
import static spindle.http.wire.Exchange.valid;

import java.util.List;
import java.util.stream.Stream;

/// What a client must be able to read.
final class ValidExchanges {

    private ValidExchanges() {}

    static List<Exchange> all() {
        return Stream.of(statusLines(), fields(), lengths(), chunks(), withoutBody(), persistence())
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
                        "HTTP/1.1 200 OK | Content-Length: five; Transfer-Encoding: gzip | no body | close"),
                toHead(
                        "error",
                        head("HTTP/1.0 404 Not Found"),
                        "HTTP/1.0 404 Not Found | no body | close"));
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
