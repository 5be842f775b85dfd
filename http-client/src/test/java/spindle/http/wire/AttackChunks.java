package spindle.http.wire;

import static spindle.http.wire.Exchange.chunked;
import static spindle.http.wire.Exchange.failing;
import static spindle.http.wire.Exchange.malformed;
import static spindle.http.wire.Exchange.ok;

import spindle.http.wire.WireException.Kind;

import java.util.List;
import java.util.stream.Stream;

/// What somebody sends between chunks who hopes that two readers see other chunks. All of it
/// must be refused, or read as what it says.
final class AttackChunks {

    private AttackChunks() {}

    static List<Exchange> all() {
        return Stream.of(chunkSizes(), chunkLines(), cutShort())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Exchange> chunkSizes() {
        Stream<Exchange> behind = Stream.of(
                        "5,", "5 5", "0 5", "5h", "0X5", "5L", "5.0", "0o5", "5\u00a0", "5\u000b",
                        "5\0", "5\u007f", "5\"", "5=", "5:", "5\u00b2", "5+", "5-")
                .map(size -> malformed(
                        "chunk size " + Grammar.quote(size),
                        chunked(size + "\r\nhello\r\n0\r\n\r\n"),
                        "expected CRLF or \";\" after the chunk size \""));
        Stream<Exchange> none = Stream.of(
                        "-0", "+0", "\t5", "\0" + "5", "\u000b5", "\"5\"", "\u00a05", "h", "'5'")
                .map(size -> malformed(
                        "chunk size " + Grammar.quote(size),
                        chunked(size + "\r\nhello\r\n0\r\n\r\n"),
                        "expected a chunk size in hexadecimal but found \""));
        // What a reader of 32 bits, of decimals or of other bases would take for something
        // smaller.
        Stream<Exchange> large = Stream.of(
                        "100000000",
                        "80000000",
                        "ffffffff",
                        "fffffffb",
                        "7fffffffffffffff",
                        "fffffffffffffff",
                        "10",
                        "1e1",
                        "0b1",
                        "0d5",
                        "010")
                .map(size -> failing(
                        "chunk size " + size + " is what it says",
                        chunked(size + "\r\nhello"),
                        Kind.TRUNCATED,
                        "in a chunk of which 5 of " + Long.parseLong(size, 16)
                                + " bytes were received"));
        return Stream.of(behind, none, large).flatMap(rows -> rows).toList();
    }

    private static List<Exchange> chunkLines() {
        String size = "expected LF after the CR behind the chunk size but found ";
        String crlf = "expected CRLF behind the data of a chunk but found ";
        return List.of(
                malformed("CR CR LF behind a size", chunked("5\r\r\nhello"), size + "\"\\r\""),
                malformed("LF CR behind a size", chunked("5\n\rhello"), "but found \"\\n\""),
                malformed(
                        "CR CR LF behind an extension",
                        chunked("5;a\r\r\nhello"),
                        size + "\"\\r\""),
                malformed(
                        "LF within a quoted extension",
                        chunked("5;a=\"\n\"\r\nhello\r\n0\r\n\r\n"),
                        "a chunk extension has the control character 0x0a"),
                malformed(
                        "CR within a quoted extension",
                        chunked("5;a=\"\rb\"\r\nhello\r\n0\r\n\r\n"),
                        size + "\"b\""),
                malformed(
                        "LF ends no extension of the last chunk",
                        chunked("0;a\n\r\n"),
                        "a chunk extension has the control character 0x0a"),
                malformed(
                        "VT in an extension",
                        chunked("5;\u000b\r\nhello"),
                        "a chunk extension has the control character 0x0b"),
                malformed(
                        "a request within an extension",
                        chunked("2;\nxx\r\n47\r\n0\r\n\r\nGET /secret HTTP/1.1\r\n\r\n"),
                        "a chunk extension has the control character 0x0a"),
                malformed(
                        "CR CR LF behind the data",
                        chunked("5\r\nhello\r\r\n0\r\n\r\n"),
                        "expected LF after the CR behind the data of a chunk but found \"\\r\""),
                malformed(
                        "LF CR behind the data",
                        chunked("5\r\nhello\n\r0\r\n\r\n"),
                        crlf + "\"\\n\""),
                malformed(
                        "blank behind the data",
                        chunked("5\r\nhello \r\n0\r\n\r\n"),
                        crlf + "\" \""),
                malformed(
                        "NUL behind the data",
                        chunked("5\r\nhello\0\r\n0\r\n\r\n"),
                        crlf + "\"\\x00\""),
                malformed(
                        "blank behind the last size",
                        chunked("0 \r\n\r\n"),
                        "\"0\" but found \" \""),
                malformed(
                        "CR CR LF behind the last size", chunked("0\r\r\n\r\n"), size + "\"\\r\""),
                malformed("blank for the last line", chunked("0\r\n \r\n\r\n"), "obs-fold"),
                malformed(
                        "NUL for the last line",
                        chunked("0\r\n\0\r\n\r\n"),
                        "expected the name of a field but found \"\\x00\" (in trailer line 1)"),
                malformed(
                        "CR CR LF for the last line",
                        chunked("0\r\n\r\r\n"),
                        "found \"\\r\" (in trailer line 1)"),
                malformed(
                        "blank before the colon of a trailer",
                        chunked("0\r\nA : b\r\n\r\n"),
                        "\"A\", but found \" \" (in trailer line 1)"),
                malformed(
                        "CR in a trailer",
                        chunked("0\r\nA: b\rc\r\n\r\n"),
                        "control character 0x0d at index 1 (in trailer line 1)"),
                malformed(
                        "chunk behind the last chunk",
                        chunked("0\r\n5\r\nhello\r\n0\r\n\r\n"),
                        "\"5\", but found the end of the line (in trailer line 1)"));
    }

    private static List<Exchange> cutShort() {
        return List.of(
                failing("last size only", chunked("0"), Kind.TRUNCATED, "before its last chunk"),
                failing(
                        "last size and CR",
                        chunked("0\r"),
                        Kind.TRUNCATED,
                        "before its last chunk"),
                failing(
                        "last line cut within CRLF",
                        chunked("0\r\n\r"),
                        Kind.TRUNCATED,
                        "the trailers ended after 1 bytes"),
                failing(
                        "head cut within its last CRLF",
                        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r",
                        Kind.TRUNCATED,
                        "the head ended after 37 bytes"),
                failing(
                        "all data but no CRLF",
                        chunked("5\r\nhello"),
                        Kind.TRUNCATED,
                        "the body ended after 5 bytes, before its last chunk"),
                failing(
                        "length of 2^32 + 5 is not 5",
                        ok("Content-Length: 4294967301") + "hello",
                        Kind.TRUNCATED,
                        "after 5 of 4294967301 bytes"),
                failing(
                        "length of 2^31 is not negative",
                        ok("Content-Length: 2147483648") + "hello",
                        Kind.TRUNCATED,
                        "after 5 of 2147483648 bytes"),
                failing(
                        "length is no octal number",
                        ok("Content-Length: 010") + "12345678",
                        Kind.TRUNCATED,
                        "after 8 of 10 bytes"));
    }
}
