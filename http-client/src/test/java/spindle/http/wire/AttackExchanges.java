package spindle.http.wire;

import static spindle.http.wire.Exchange.head;
import static spindle.http.wire.Exchange.malformed;
import static spindle.http.wire.Exchange.ok;
import static spindle.http.wire.Exchange.to;
import static spindle.http.wire.Exchange.toHead;

import java.util.List;
import java.util.stream.Stream;

/// What somebody sends who hopes that two readers see two different things in it: that a
/// length is overlooked, a body taken for a response, or a response for a body. All of it must
/// be refused. What hides between chunks is in [AttackChunks].
final class AttackExchanges {

    private AttackExchanges() {}

    static List<Exchange> all() {
        return Stream.of(
                        hiddenEncodings(),
                        strangeEncodings(),
                        hiddenLengths(),
                        strangeLengths(),
                        names(),
                        starts(),
                        lineEnds())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Exchange> hiddenEncodings() {
        String chunks = "5\r\nhello\r\n0\r\n\r\n";
        String name = "Transfer-Encoding";
        return List.of(
                malformed(
                        "blank before the colon of an encoding",
                        ok("Transfer-Encoding : chunked") + chunks,
                        "\"Transfer-Encoding\", but found \" \""),
                malformed(
                        "HTAB before the colon of an encoding",
                        ok("Transfer-Encoding\t: chunked") + chunks,
                        "\"Transfer-Encoding\", but found \"\\t\""),
                malformed(
                        "VT before the colon of an encoding",
                        ok("Transfer-Encoding\u000b: chunked") + chunks,
                        "\"Transfer-Encoding\", but found \"\\x0b\""),
                malformed(
                        "blank before an encoding", ok(" Transfer-Encoding: chunked"), "obs-fold"),
                malformed(
                        "HTAB before an encoding",
                        ok("A: b", "\t" + name + ": chunked"),
                        "obs-fold"),
                malformed(
                        "folded encoding",
                        ok("Transfer-Encoding:", " chunked") + chunks,
                        "obs-fold"),
                malformed(
                        "encoding folded behind a comma",
                        ok("Transfer-Encoding: gzip,", "\tchunked") + chunks,
                        "obs-fold"),
                malformed(
                        "encoding behind a CR",
                        ok("A: b\rTransfer-Encoding: chunked") + chunks,
                        "\"A\" has the control character 0x0d at index 1"),
                malformed(
                        "encoding behind a LF",
                        ok("A: b\nTransfer-Encoding: chunked") + chunks,
                        "a bare LF (in field line 1)"),
                malformed("encoding behind a NUL", ok("\0Transfer-Encoding: chunked"), "\"\\x00\""),
                malformed(
                        "name of an encoding with CR",
                        ok("Transfer\r-Encoding: chunked"),
                        "\"Transfer\", but found \"\\r\""),
                malformed(
                        "an empty encoding before another",
                        ok("Transfer-Encoding:", "Transfer-Encoding: chunked") + chunks,
                        "expected one Transfer-Encoding but found several"),
                malformed(
                        "two encodings apart",
                        ok("Transfer-Encoding: chunked", "A: b", "TRANSFER-ENCODING: identity"),
                        "expected one Transfer-Encoding but found several"),
                malformed(
                        "three encodings",
                        ok("Transfer-Encoding: x\r\n".repeat(2) + "Transfer-Encoding: chunked"),
                        "expected one Transfer-Encoding but found several"),
                malformed(
                        "encoding and an empty length",
                        ok("Transfer-Encoding: chunked", "Content-Length:") + chunks,
                        "but found both"),
                malformed(
                        "encoding between two lengths",
                        ok("Content-Length: 5", "Transfer-Encoding: chunked", "Content-Length: 6"),
                        "but found both"),
                malformed(
                        "encoding and length in HTTP/1.0",
                        head("HTTP/1.0 200 OK", "Content-Length: 5", "Transfer-Encoding: chunked")
                                + "hello",
                        "in a response of HTTP/1.0"),
                malformed(
                        "an unknown encoding in HTTP/1.0",
                        head("HTTP/1.0 200 OK", "Transfer-Encoding: identity"),
                        "in a response of HTTP/1.0"),
                malformed(
                        "encoding in HTTP/1.0 with keep-alive",
                        head(
                                        "HTTP/1.0 200 OK",
                                        "Connection: keep-alive",
                                        "Transfer-Encoding: chunked")
                                + chunks,
                        "in a response of HTTP/1.0"));
    }

    private static List<Exchange> strangeEncodings() {
        String only = "expected \"chunked\" as the only Transfer-Encoding but found \"";
        Stream<Exchange> others = Stream.of(
                        "chunke",
                        "cow",
                        "x-chunked",
                        "chunked chunked",
                        "chunked\tx",
                        "chunked;",
                        "chunked; q=1",
                        "chunked, identity",
                        "identity, chunked",
                        "deflate,chunked",
                        "chunked,\tchunked",
                        "chunked , ",
                        "'chunked'",
                        "(a)chunked",
                        "chunked\u0085",
                        "\u00a0chunked",
                        "chun\u00adked",
                        "c\u00b5nked",
                        "trailers",
                        "0")
                .map(coding -> malformed(
                        "strange encoding " + Grammar.quote(coding),
                        ok("Transfer-Encoding: " + coding) + "5\r\nhello\r\n0\r\n\r\n",
                        only));
        return Stream.concat(others, controls("Transfer-Encoding", "chunked")).toList();
    }

    /// A reader that takes a control character for a blank sees what another does not see.
    private static Stream<Exchange> controls(String name, String value) {
        return Stream.of('\0', '\u000b', '\f', '\r', '\u001f', '\u007f')
                .flatMap(c -> Stream.of(c + value, value + c))
                .map(strange -> malformed(
                        name + " " + Grammar.quote(strange),
                        ok(name + ": " + strange) + "5\r\nhello\r\n0\r\n\r\n",
                        "the value of the field \"" + name + "\" has the control character 0x"));
    }

    private static List<Exchange> hiddenLengths() {
        return List.of(
                malformed(
                        "HTAB before the colon of a length", ok("Content-Length\t: 5"), "\"\\t\""),
                malformed(
                        "NUL before the colon of a length", ok("Content-Length\0: 5"), "\"\\x00\""),
                malformed(
                        "length folded with HTAB",
                        ok("Content-Length:", "\t5") + "hello",
                        "obs-fold"),
                malformed(
                        "length that goes on in a folded line",
                        ok("Content-Length: 1", " 0") + "helloworld",
                        "obs-fold"),
                malformed(
                        "length folded away",
                        ok("A: b", " Content-Length: 5") + "hello",
                        "obs-fold"),
                malformed(
                        "length behind a CR",
                        ok("A: b\rContent-Length: 5") + "hello",
                        "\"A\" has the control character 0x0d"),
                malformed(
                        "three lengths",
                        ok("Content-Length: 5\r\n".repeat(2) + "Content-Length: 5") + "hello",
                        "expected one Content-Length but found several"),
                malformed(
                        "an empty length and another",
                        ok("Content-Length:", "Content-Length: 5") + "hello",
                        "expected one Content-Length but found several"),
                malformed(
                        "two lengths in HTTP/1.0",
                        head("HTTP/1.0 200 OK", "Content-Length: 5", "Content-Length: 6") + "hello",
                        "expected one Content-Length but found several"),
                malformed(
                        "two lengths in an error",
                        head("HTTP/1.1 500 No", "Content-Length: 5", "Content-Length: 5") + "hello",
                        "expected one Content-Length but found several"),
                malformed(
                        "two lengths in 205",
                        head("HTTP/1.1 205 Reset", "Content-Length: 0", "Content-Length: 5"),
                        "expected one Content-Length but found several"),
                to(
                        ResponseKind.TO_CONNECT,
                        "two lengths in the refusal of a tunnel",
                        head("HTTP/1.1 403 No", "Content-Length: 0", "Content-Length: 5"),
                        "MALFORMED: expected one Content-Length but found several"),
                to(
                        ResponseKind.TO_CONNECT,
                        "a tunnel does not excuse a bad line",
                        ok("Content-Length : 5"),
                        "MALFORMED: expected a colon after the name of a field"),
                to(
                        ResponseKind.TO_UPGRADE,
                        "an upgrade does not excuse a bad line",
                        head("HTTP/1.1 101 Go", "Upgrade: a\u000bb"),
                        "MALFORMED: the value of the field \"Upgrade\" has the control character"),
                toHead(
                        "HEAD does not excuse a bad line",
                        ok("Content-Length : 5"),
                        "MALFORMED: expected a colon after the name of a field"));
    }

    private static List<Exchange> strangeLengths() {
        Stream<Exchange> others = Stream.of(
                        "-0",
                        "+0",
                        "0x0",
                        "0.0",
                        "0,0",
                        "05, 5",
                        "5,",
                        "5 ,5",
                        "5\t5",
                        "1,000",
                        "1'000",
                        "5h",
                        "5 bytes",
                        "NaN",
                        "infinity",
                        "0b101",
                        "0o5",
                        "5\u00a0",
                        "\u00a05",
                        "\u0085",
                        "\u00b9",
                        "\u00bd",
                        "1000000000000000000",
                        "9223372036854775807",
                        "18446744073709551616",
                        "-9223372036854775808",
                        "4294967296 5")
                .map(length -> malformed(
                        "strange length " + Grammar.quote(length),
                        ok("Content-Length: " + length) + "hello",
                        "expected a Content-Length of 1 to 18 digits but found \""));
        return Stream.concat(others, controls("Content-Length", "5")).toList();
    }

    private static List<Exchange> names() {
        Stream<Exchange> broken = Stream.of(
                        "A,B", "A/B", "A;B", "A=B", "A@B", "A[0]", "A{", "A\\B", "A?", "A<", "A\"",
                        "A\u00a0", "A\u007f", "A\u000b", "A\u00e4", "A(")
                .map(name -> malformed(
                        "name " + Grammar.quote(name),
                        ok(name + ": c", "Content-Length: 5") + "hello",
                        "expected a colon after the name of a field, \"A\""));
        Stream<Exchange> none = Stream.of(
                        ":",
                        "::",
                        ":status: 200",
                        "=: b",
                        "\u00e4: b",
                        "\0A: b",
                        "\u007f: b",
                        "[A]: b",
                        "@: b")
                .map(line -> malformed(
                        "line " + Grammar.quote(line),
                        ok("Ok: 1", line),
                        "expected the name of a field but found "));
        return Stream.concat(broken, none).toList();
    }

    private static List<Exchange> starts() {
        String start = "expected a status line, ";
        String line = "expected a status line such as ";
        Stream<Exchange> others = Stream.of(
                        "\u00ef\u00bb\u00bfHTTP/1.1 200 OK",
                        "\0HTTP/1.1 200 OK",
                        "\tHTTP/1.1 200 OK",
                        "\rHTTP/1.1 200 OK",
                        "hTTP/1.1 200 OK",
                        "HTTPS/1.1 200 OK",
                        "HTTP\\1.1 200 OK",
                        "HTTP /1.1 200 OK",
                        "RTSP/1.0 200 OK",
                        "SIP/2.0 200 OK",
                        "0\r\n\r\nHTTP/1.1 200 OK")
                .map(text -> malformed("start " + Grammar.quote(text), head(text), start));
        Stream<Exchange> lines = Stream.of(
                        "HTTP/1.1 200OK",
                        "HTTP/1.1 200-OK",
                        "HTTP/1.1 200\u00a0OK",
                        "HTTP/1.1 200\u000b",
                        "HTTP/1.1\u00a0200 OK",
                        "HTTP/1.1\0200 OK",
                        "HTTP/1.1 +20 OK",
                        "HTTP/1.1 2.0 OK",
                        "HTTP/1.1 0xC8",
                        "HTTP/1.1 2\u00b20 OK",
                        "HTTP/1.1 20",
                        "HTTP/1.1;200 OK",
                        "HTTP/1. 1 200",
                        "HTTP/+1.1 200 OK",
                        "HTTP/01.1 200 OK",
                        "HTTP/1.01 200 OK",
                        "HTTP/-1.1 200 OK",
                        "HTTP/1.\u00b9 200 OK")
                .map(text -> malformed("status line " + Grammar.quote(text), head(text), line));
        return Stream.concat(others, lines).toList();
    }

    private static List<Exchange> lineEnds() {
        String bare = "expected CRLF at the end of a line but found a bare LF ";
        return List.of(
                malformed(
                        "LF CR after the status line",
                        "HTTP/1.1 200 OK\n\rA: b\r\n\r\n",
                        bare + "(in the status line)"),
                malformed(
                        "LF CR after a field",
                        "HTTP/1.1 200 OK\r\nA: b\n\r\n\r\n",
                        bare + "(in field line 1)"),
                malformed("LF LF ends no head", ok("Content-Length: 5\n\nhello"), bare),
                malformed(
                        "CR CR ends no head",
                        "HTTP/1.1 200 OK\r\nA: b\r\rhello\r\n\r\n",
                        "control character 0x0d"),
                malformed(
                        "CR before something else for the empty line",
                        "HTTP/1.1 200 OK\r\nA: b\r\n\rB: c\r\n\r\n",
                        "expected the name of a field but found \"\\r\""),
                malformed(
                        "a second status line is no field",
                        "HTTP/1.1 200 OK\r\nHTTP/1.1 200 OK\r\n\r\n",
                        "expected a colon after the name of a field, \"HTTP\", but found \"/\""),
                malformed(
                        "LF in an interim response",
                        "HTTP/1.1 100 Continue\n\n" + ok(),
                        bare + "(in the status line)"),
                malformed(
                        "folded line in an interim response",
                        head("HTTP/1.1 103 Hints", "Link: </a>", " </b>") + ok(),
                        "obs-fold"));
    }
}
