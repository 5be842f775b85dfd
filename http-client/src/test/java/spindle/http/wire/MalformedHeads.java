package spindle.http.wire;

import static spindle.http.wire.Exchange.chunked;
import static spindle.http.wire.Exchange.head;
import static spindle.http.wire.Exchange.malformed;
import static spindle.http.wire.Exchange.ok;
import static spindle.http.wire.Exchange.to;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Heads that a client must refuse, and in which words.
final class MalformedHeads {

    private MalformedHeads() {}

    static List<Exchange> all() {
        return Stream.of(starts(), statusLines(), names(), values(), lineEnds())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Exchange> starts() {
        return List.of(
                malformed("empty line first", "\r\n" + ok(), "found \"\\r\\nHTT\""),
                malformed("LF first", "\n" + ok(), "found \"\\nHTTP\""),
                malformed("blank first", " " + ok(), "found \" HTTP\""),
                malformed("another protocol", "SSH-2.0-OpenSSH_9.2\r\n", "found \"SSH-2\""),
                malformed("a request", "GET / HTTP/1.1\r\n\r\n", "found \"GET /\""),
                malformed("small letters", "http/1.1 200 OK\r\n\r\n", "found \"http/\""),
                malformed("ICY", "ICY 200 OK\r\n\r\n", "expected a status line"),
                malformed("HTTP/0.9", "<html>hello</html>", "found \"<html\""),
                malformed(
                        "TLS",
                        "\u0015\3\3\0\2\2P",
                        "found \"\\x15\\x03\\x03\\x00\\x02\": does the port want TLS?"),
                malformed("first type of TLS", "\u0014\3\3\0\1", "TLS?"),
                malformed("last type of TLS", "\u0017\3\3\0\1", "TLS?"),
                malformed("TLS cut short", "\u0015\3", "does the port want TLS?"),
                malformed("HTTP/2 settings", "\0\0\0\4\0\0\0\0\0", "expected a status line"),
                malformed("one wrong byte and close", "x", "found \"x\""),
                malformed(
                        "four right bytes, then another",
                        "HTTP 1.1 200 OK\r\n\r\n",
                        "found \"HTTP \""));
    }

    private static List<Exchange> statusLines() {
        String expected = "expected a status line such as \"HTTP/1.1 200 OK\" but found ";
        String status = "expected a status from 100 to 999";
        String version = "expected HTTP/1.0 or HTTP/1.1 but found ";
        return List.of(
                malformed("HTTP/2.0", head("HTTP/2.0 200 OK"), version + "\"HTTP/2.0 200 OK\""),
                malformed("HTTP/0.9 by name", head("HTTP/0.9 200 OK"), version),
                malformed("HTTP/2", head("HTTP/2 200 OK"), expected + "\"HTTP/2 200 OK\""),
                malformed("no version", head("HTTP/ 200 OK"), expected),
                malformed("only HTTP/", head("HTTP/"), expected + "\"HTTP/\""),
                malformed("minor version of two digits", head("HTTP/1.10 200 OK"), expected),
                malformed("major version of two digits", head("HTTP/11.1 200 OK"), expected),
                malformed("letter in the version", head("HTTP/1.x 200 OK"), expected),
                malformed("comma in the version", head("HTTP/1,1 200 OK"), expected),
                malformed("two blanks before the status", head("HTTP/1.1  200 OK"), expected),
                malformed("HTAB before the status", head("HTTP/1.1\t200 OK"), expected),
                malformed("HTAB behind the status", head("HTTP/1.1 200\tOK"), expected),
                malformed("no status", head("HTTP/1.1 "), expected),
                malformed("no status but a reason", head("HTTP/1.1 OK"), expected),
                malformed("status of two digits", head("HTTP/1.1 20 OK"), expected),
                malformed("status of four digits", head("HTTP/1.1 2000 OK"), expected),
                malformed("status of letters", head("HTTP/1.1 2x0 OK"), expected),
                malformed("status with a sign", head("HTTP/1.1 -20 OK"), expected),
                malformed("status 099", head("HTTP/1.1 099 OK"), status),
                malformed("status 000", head("HTTP/1.1 000 OK"), status),
                malformed(
                        "reason with NUL",
                        head("HTTP/1.1 200 O\0K"),
                        "the reason phrase \"O\\x00K\" has the control character 0x00"),
                malformed("reason with CR", head("HTTP/1.1 200 O\rK"), "control character 0x0d"),
                malformed(
                        "reason with ESC",
                        head("HTTP/1.1 200 \u001b[2J"),
                        "control character 0x1b"),
                malformed(
                        "101",
                        head("HTTP/1.1 101 Switching Protocols", "Upgrade: websocket"),
                        "switched protocols (101)"),
                malformed(
                        "101 after 100",
                        head("HTTP/1.1 100 Continue") + head("HTTP/1.1 101 Go"),
                        "switched protocols (101)"),
                to(
                        ResponseKind.TO_HEAD,
                        "101 to HEAD",
                        head("HTTP/1.1 101 Go"),
                        "MALFORMED: expected a response but the server switched protocols (101)"),
                to(
                        ResponseKind.TO_CONNECT,
                        "101 to CONNECT",
                        head("HTTP/1.1 101 Go", "Upgrade: websocket"),
                        "MALFORMED: expected a response but the server switched protocols (101)"),
                malformed("101 in HTTP/1.0", head("HTTP/1.0 101 Go"), "switched protocols (101)"),
                malformed(
                        "101 with a length",
                        head("HTTP/1.1 101 Go", "Content-Length: 5") + "hello" + ok(),
                        "switched protocols (101)"),
                to(
                        ResponseKind.TO_UPGRADE,
                        "rubbish after an interim response to an upgrade",
                        head("HTTP/1.1 103 Hints") + "rubbish",
                        "MALFORMED: expected a status line"),
                malformed(
                        "rubbish after 100",
                        head("HTTP/1.1 100 Continue") + "rubbish\r\n",
                        "found \"rubbi\""),
                malformed(
                        "100 with a body",
                        head("HTTP/1.1 100 Continue", "Content-Length: 5") + "hello" + ok(),
                        "found \"hello\""),
                malformed(
                        "a line of 40 characters is not cut",
                        head("HTTP/1.1 x" + "y".repeat(30)),
                        "y".repeat(30) + "\""),
                malformed(
                        "a long line is cut",
                        head("HTTP/1.1 x" + "y".repeat(100)),
                        "\"HTTP/1.1 x" + "y".repeat(30) + "…\""));
    }

    private static List<Exchange> names() {
        String colon = "expected a colon after the name of a field, ";
        return List.of(
                malformed(
                        "empty name",
                        ok(": b"),
                        "expected the name of a field but found \":\" (in field line 1)"),
                malformed(
                        "blank before the colon",
                        ok("A : b"),
                        colon + "\"A\", but found \" \" (in field line 1)"),
                malformed(
                        "HTAB before the colon", ok("A\t: b"), colon + "\"A\", but found \"\\t\""),
                malformed("blank in a name", ok("A b: c"), colon + "\"A\", but found \" \""),
                malformed(
                        "no colon",
                        ok("A: b", "Abc"),
                        colon + "\"Abc\", but found the end of the line (in field line 2)"),
                malformed("NUL in a name", ok("A\0b: c"), colon + "\"A\", but found \"\\x00\""),
                malformed("CR in a name", ok("A\rb: c"), colon + "\"A\", but found \"\\r\""),
                malformed("name in Latin-1", ok("Größe: c"), colon + "\"Gr\", but found \"\\xf6\""),
                malformed(
                        "quoted name",
                        ok("\"A\": c"),
                        "expected the name of a field but found \"\\\"\""),
                malformed(
                        "folded line",
                        ok("A: b", " c"),
                        "a line folded into the one before (obs-fold) (in field line 2)"),
                malformed("line folded with HTAB", ok("A: b", "\tc: d"), "obs-fold"),
                malformed("blank before the first field", ok(" A: b"), "obs-fold"),
                malformed("line of blanks", ok("A: b", "  "), "obs-fold"),
                malformed("folded length", ok("Content-Length:", " 5") + "hello", "obs-fold"),
                malformed(
                        "blank before the colon of a length",
                        ok("Content-Length : 5") + "hello",
                        "\"Content-Length\", but found \" \""),
                malformed("parenthesis in a name", ok("A(b): c"), colon + "\"A\", but found \"(\""),
                malformed(
                        "a secret behind a bad name is not shown",
                        ok("Cookie a=secret"),
                        "\"Cookie\", but found \" \" (in field line 1)"));
    }

    private static List<Exchange> values() {
        return IntStream.concat(IntStream.range(0, 0x20), IntStream.of(0x7f))
                .filter(c -> c != '\t' && c != '\n')
                .mapToObj(c -> malformed(
                        "0x%02x in a value".formatted(c),
                        ok("Ok: 1", "Cookie: a" + (char) c + "secret"),
                        "the value of the field \"Cookie\" has the control character 0x%02x at index 1 (in field line 2)"
                                .formatted(c)))
                .toList();
    }

    private static List<Exchange> lineEnds() {
        String bare = "expected CRLF at the end of a line but found a bare LF ";
        return List.of(
                malformed(
                        "LF after the status line",
                        "HTTP/1.1 200 OK\nA: b\r\n\r\n",
                        bare + "(in the status line)"),
                malformed(
                        "LF after a field",
                        "HTTP/1.1 200 OK\r\nA: b\nB: c\r\n\r\n",
                        bare + "(in field line 1)"),
                malformed(
                        "LF for the empty line",
                        "HTTP/1.1 200 OK\r\nA: b\r\n\n",
                        bare + "(in field line 2)"),
                malformed("LF everywhere", "HTTP/1.1 200 OK\n\n", bare + "(in the status line)"),
                malformed(
                        "CR before CRLF in a value",
                        "HTTP/1.1 200 OK\r\nA: b\r\r\n\r\n",
                        "control character 0x0d"),
                malformed(
                        "CR before CRLF in the status line",
                        "HTTP/1.1 200 OK\r\r\n\r\n",
                        "control character 0x0d"),
                malformed(
                        "CR CR LF for the empty line",
                        "HTTP/1.1 200 OK\r\n\r\r\n",
                        "found \"\\r\" (in field line 1)"),
                malformed(
                        "CR alone ends no line",
                        "HTTP/1.1 200 OK\rA: b\r\n\r\n",
                        "control character 0x0d"),
                malformed(
                        "LF in chunked trailers",
                        chunked("0\r\nA: b\n\r\n"),
                        bare + "(in trailer line 1)"),
                malformed(
                        "LF for the last line", chunked("0\r\n\n"), bare + "(in trailer line 1)"));
    }
}
