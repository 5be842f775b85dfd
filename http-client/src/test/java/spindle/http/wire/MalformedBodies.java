package spindle.http.wire;

import static spindle.http.wire.Exchange.chunked;
import static spindle.http.wire.Exchange.failing;
import static spindle.http.wire.Exchange.head;
import static spindle.http.wire.Exchange.malformed;
import static spindle.http.wire.Exchange.ok;

import spindle.http.wire.WireException.Kind;

import java.util.List;
import java.util.stream.Stream;

/// Framing and bodies that a client must refuse, and in which words; and what it cannot
/// finish.
final class MalformedBodies {

    private MalformedBodies() {}

    static List<Exchange> all() {
        return Stream.of(
                        lengths(),
                        encodings(),
                        chunkSizes(),
                        chunkEnds(),
                        trailers(),
                        truncated(),
                        limits())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Exchange> lengths() {
        var refused = Stream.of(
                        "",
                        "five",
                        "+5",
                        "-5",
                        "0x5",
                        "5_0",
                        "5.0",
                        "5e0",
                        "5 5",
                        "5;",
                        "5, 5",
                        "5,6",
                        ",5",
                        "\"5\"",
                        "5L",
                        "\u00b2",
                        "0000000000000000005",
                        "9223372036854775808",
                        "18446744073709551621",
                        "9".repeat(400))
                .map(length -> malformed(
                        "length \"" + (length.length() > 40 ? "999…" : length) + "\"",
                        ok("Content-Length: " + length) + "hello",
                        "expected a Content-Length of 1 to 18 digits but found \""));
        String several = "expected one Content-Length but found several";
        var repeated = Stream.of(
                malformed(
                        "two lengths that differ",
                        ok("Content-Length: 5", "Content-Length: 6") + "hello",
                        several),
                malformed(
                        "two lengths alike",
                        ok("Content-Length: 5", "content-length: 5") + "hello",
                        several),
                malformed(
                        "two lengths apart",
                        ok("Content-Length: 5", "A: b", "CONTENT-LENGTH: 0") + "hello",
                        several));
        return Stream.concat(refused, repeated).toList();
    }

    private static List<Exchange> encodings() {
        var refused = Stream.of(
                        "",
                        "gzip",
                        "identity",
                        "gzip, chunked",
                        "chunked, gzip",
                        "chunked, chunked",
                        "chunked,",
                        ",chunked",
                        "xchunked",
                        "chunkedx",
                        "chunk ed",
                        "chunked;a=b",
                        "\"chunked\"",
                        "chunked\u00a0")
                .map(coding -> malformed(
                        "encoding \"" + coding + "\"",
                        ok("Transfer-Encoding: " + coding) + "0\r\n\r\n",
                        "expected \"chunked\" as the only Transfer-Encoding but found \""));
        String both = "expected one of Transfer-Encoding and Content-Length but found both";
        String several = "expected one Transfer-Encoding but found several";
        var combined = Stream.of(
                malformed(
                        "encoding, length",
                        ok("Transfer-Encoding: chunked", "Content-Length: 5") + "0\r\n\r\n",
                        both),
                malformed(
                        "length, encoding",
                        ok("Content-Length: 5", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                        both),
                malformed(
                        "length, encoding unknown",
                        ok("Content-Length: 5", "Transfer-Encoding: x") + "hello",
                        "but found \"x\""),
                malformed(
                        "encoding twice",
                        ok("Transfer-Encoding: chunked", "Transfer-Encoding: chunked"),
                        several),
                malformed(
                        "two encodings",
                        ok("Transfer-Encoding: gzip", "transfer-encoding: chunked"),
                        several),
                malformed(
                        "encoding in HTTP/1.0",
                        head("HTTP/1.0 200 OK", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                        "expected no Transfer-Encoding in a response of HTTP/1.0 but found one"));
        return Stream.concat(refused, combined).toList();
    }

    private static List<Exchange> chunkSizes() {
        String size = "expected a chunk size in hexadecimal but found ";
        String behind = "expected CRLF or \";\" after the chunk size ";
        return List.of(
                malformed("no size", chunked("\r\nhello"), size + "\"\\r\" (after 0 body bytes)"),
                malformed(
                        "size of letters",
                        chunked("5\r\nhello\r\nxyz\r\n"),
                        size + "\"x\" (after 5 body bytes)"),
                malformed("blank before a size", chunked(" 5\r\nhello"), size + "\" \""),
                malformed(
                        "blank behind a size",
                        chunked("5 \r\nhello"),
                        behind + "\"5\" but found \" \""),
                malformed(
                        "HTAB behind a size",
                        chunked("5\t\r\nhello"),
                        behind + "\"5\" but found \"\\t\""),
                malformed(
                        "blank before an extension",
                        chunked("5 ;a\r\nhello"),
                        behind + "\"5\" but found \" \""),
                malformed("plus sign", chunked("+5\r\nhello"), size + "\"+\""),
                malformed("minus sign", chunked("-5\r\nhello"), size + "\"-\""),
                malformed("0x", chunked("0x5\r\nhello"), behind + "\"0\" but found \"x\""),
                malformed("underscore", chunked("1_0\r\nhello"), behind + "\"1\" but found \"_\""),
                malformed("digit beyond ASCII", chunked("\u00b2\r\nhello"), size + "\"\\xb2\""),
                malformed("only an extension", chunked(";a\r\nhello"), size + "\";\""),
                malformed(
                        "size of 2^63",
                        chunked("8000000000000000\r\n"),
                        "expected a chunk size below 2^63 but found \"8000000000000000\""),
                malformed(
                        "size of 2^64 - 1",
                        chunked("ffffffffffffffff\r\n"),
                        "expected a chunk size below 2^63"),
                malformed(
                        "size of 17 digits",
                        chunked("ffffffffffffffff1\r\n"),
                        "expected a chunk size below 2^63"),
                malformed(
                        "size that wraps round to 5",
                        chunked("10000000000000005\r\nhello\r\n0\r\n\r\n"),
                        "at most 16 digits but found \"10000000000000005\""),
                malformed(
                        "zeros without end",
                        chunked("0".repeat(17) + "\r\n\r\n"),
                        "at most 16 digits"),
                malformed(
                        "LF behind a size",
                        chunked("5\nhello\r\n0\r\n\r\n"),
                        behind + "\"5\" but found \"\\n\""),
                malformed(
                        "CR behind a size",
                        chunked("5\rhello"),
                        "expected LF after the CR behind the chunk size but found \"h\""),
                malformed(
                        "LF in an extension",
                        chunked("5;a\nhello"),
                        "a chunk extension has the control character 0x0a"),
                malformed(
                        "CR in an extension",
                        chunked("5;a\rb\r\nhello"),
                        "expected LF after the CR behind the chunk size but found \"b\""),
                malformed(
                        "NUL in an extension",
                        chunked("5;\0\r\nhello"),
                        "a chunk extension has the control character 0x00"),
                malformed(
                        "DEL in an extension",
                        chunked("5;\u007f\r\nhello"),
                        "a chunk extension has the control character 0x7f"),
                malformed(
                        "LF behind the last size",
                        chunked("0\n\r\n"),
                        behind + "\"0\" but found \"\\n\""),
                failing(
                        "size 100000005 is not 5",
                        chunked("100000005\r\nhello\r\n0\r\n\r\n"),
                        Kind.TRUNCATED,
                        "of 4294967301 bytes"));
    }

    private static List<Exchange> chunkEnds() {
        String crlf = "expected CRLF behind the data of a chunk but found ";
        return List.of(
                malformed(
                        "chunk longer than its size",
                        chunked("3\r\nhello\r\n0\r\n\r\n"),
                        crlf + "\"l\" (after 3 body bytes)"),
                malformed(
                        "chunk shorter than its size",
                        chunked("6\r\nhello\r\n0\r\n\r\n"),
                        crlf + "\"\\n\" (after 6 body bytes)"),
                malformed("no CRLF behind a chunk", chunked("5\r\nhello0\r\n\r\n"), crlf + "\"0\""),
                malformed("LF behind a chunk", chunked("5\r\nhello\n0\r\n\r\n"), crlf + "\"\\n\""),
                malformed(
                        "CR behind a chunk",
                        chunked("5\r\nhello\r0\r\n\r\n"),
                        "expected LF after the CR behind the data of a chunk but found \"0\""),
                malformed(
                        "empty line between chunks",
                        chunked("5\r\nhello\r\n\r\n0\r\n\r\n"),
                        "in hexadecimal but found \"\\r\""));
    }

    private static List<Exchange> trailers() {
        return List.of(
                malformed(
                        "trailer without a colon",
                        chunked("0\r\nAbc\r\n\r\n"),
                        "\"Abc\", but found the end of the line (in trailer line 1)"),
                malformed(
                        "trailer without a name",
                        chunked("0\r\n: b\r\n\r\n"),
                        "(in trailer line 1)"),
                malformed(
                        "folded trailer",
                        chunked("0\r\nA: b\r\n c\r\n\r\n"),
                        "obs-fold) (in trailer line 2)"),
                malformed(
                        "NUL in a trailer",
                        chunked("0\r\nA: \0\r\n\r\n"),
                        "has the control character 0x00 at index 0 (in trailer line 1)"),
                malformed(
                        "next response right behind the last chunk",
                        chunked("0\r\n") + ok(),
                        "expected a colon after the name of a field, \"HTTP\""));
    }

    private static List<Exchange> truncated() {
        return List.of(
                failing(
                        "nothing",
                        "",
                        Kind.DISCONNECTED,
                        "the peer closed the connection before its first byte"),
                failing(
                        "half a name",
                        "HT",
                        Kind.TRUNCATED,
                        "the head ended after 2 bytes, before its empty line"),
                failing(
                        "head without its end",
                        "HTTP/1.1 200 OK\r\nA: b\r\n",
                        Kind.TRUNCATED,
                        "the head ended after 23 bytes"),
                failing(
                        "only an interim response",
                        head("HTTP/1.1 100 Continue"),
                        Kind.TRUNCATED,
                        "the head ended after 0 bytes, before its empty line (interim responses before it: 1)"),
                failing(
                        "5 of 100 bytes",
                        ok("Content-Length: 100") + "hello",
                        Kind.TRUNCATED,
                        "the body ended after 5 of 100 bytes"),
                failing(
                        "none of 100 bytes",
                        ok("Content-Length: 100"),
                        Kind.TRUNCATED,
                        "the body ended after 0 of 100 bytes"),
                failing(
                        "no last chunk",
                        chunked("5\r\nhello\r\n"),
                        Kind.TRUNCATED,
                        "the body ended after 5 bytes, before its last chunk"),
                failing(
                        "half a size",
                        chunked("5\r\nhello\r\n1"),
                        Kind.TRUNCATED,
                        "before its last chunk"),
                failing(
                        "half a chunk",
                        chunked("5\r\nhello\r\n10\r\nabc"),
                        Kind.TRUNCATED,
                        "the body ended after 8 bytes, in a chunk of which 3 of 16 bytes were received"),
                failing(
                        "no end of trailers",
                        chunked("0\r\nA: b\r\n"),
                        Kind.TRUNCATED,
                        "the trailers ended after 6 bytes, before their empty line"),
                failing(
                        "no empty line after the last chunk",
                        chunked("0\r\n"),
                        Kind.TRUNCATED,
                        "the trailers ended after 0 bytes"),
                failing(
                        "length of a lifetime",
                        ok("Content-Length: 999999999999999999") + "x",
                        Kind.TRUNCATED,
                        "after 1 of 999999999999999999 bytes"));
    }

    private static List<Exchange> limits() {
        return List.of(
                failing(
                        "line too long",
                        ok("A: " + "b".repeat(8188)),
                        Kind.LIMIT,
                        "a line is too long (in field line 1): the limit maxLineBytes is 8190"),
                failing(
                        "too many 1xx",
                        head("HTTP/1.1 103 Hints").repeat(17) + ok(),
                        Kind.LIMIT,
                        "too many interim responses (the last one is 103): the limit maxInterimResponses is 16"),
                failing(
                        "too many fields",
                        ok("A:\r\n".repeat(129)),
                        Kind.LIMIT,
                        "there are too many fields: the limit maxFields is 128"),
                failing(
                        "too many trailers",
                        chunked("0\r\n" + "A:\r\n".repeat(129) + "\r\n"),
                        Kind.LIMIT,
                        "there are too many trailers: the limit maxFields is 128"));
    }
}
