package spindle.http.wire;

import static spindle.http.wire.Exchange.chunked;
import static spindle.http.wire.Exchange.head;
import static spindle.http.wire.Exchange.ok;
import static spindle.http.wire.Exchange.toHead;
import static spindle.http.wire.Exchange.valid;

import java.util.List;
import java.util.stream.Stream;

/// What looks as odd as an attack but can be read in one way only.
final class OddExchanges {

    private OddExchanges() {}

    static List<Exchange> all() {
        return Stream.of(almost(), oddChunks(), odd205(), oldVersion(), unwantedBodies())
                .flatMap(List::stream)
                .toList();
    }

    private static List<Exchange> almost() {
        String start = "HTTP/1.1 200 OK | ";
        String untilClose = " | until close | close | hello";
        return List.of(
                valid(
                        "underscores make another name",
                        ok("Content_Length: 3", "Transfer_Encoding: chunked") + "hello",
                        start + "Content_Length: 3; Transfer_Encoding: chunked" + untilClose),
                valid(
                        "TE is not Transfer-Encoding",
                        ok("TE: chunked") + "hello",
                        start + "TE: chunked" + untilClose),
                valid(
                        "Content-Encoding is not Transfer-Encoding",
                        ok("Content-Encoding: chunked") + "hello",
                        start + "Content-Encoding: chunked" + untilClose),
                valid(
                        "a length in a value is none",
                        ok("A: Content-Length: 3") + "hello",
                        start + "A: Content-Length: 3" + untilClose),
                valid(
                        "encoding without a blank",
                        ok("Transfer-Encoding:chunked") + "0\r\n\r\n",
                        start + "Transfer-Encoding: chunked | chunked | keep-alive"),
                valid(
                        "encoding in capitals",
                        ok("TRANSFER-ENCODING: CHUNKED") + "0\r\n\r\n",
                        start + "TRANSFER-ENCODING: CHUNKED | chunked | keep-alive"),
                valid(
                        "length without a blank",
                        ok("Content-Length:5") + "hello",
                        start + "Content-Length: 5 | length 5 | keep-alive | hello"),
                valid(
                        "zeros are zero",
                        ok("Content-Length: 000"),
                        start + "Content-Length: 000 | length 0 | keep-alive"),
                valid(
                        "NEL ends no line",
                        ok("A: b\u0085Content-Length: 3") + "hello",
                        start + "A: b\u0085Content-Length: 3" + untilClose),
                valid(
                        "NBSP is no blank",
                        ok("A: \u00a0b\u00a0", "Content-Length: 0"),
                        start + "A: \u00a0b\u00a0; Content-Length: 0 | length 0 | keep-alive"),
                valid(
                        "NBSP around close",
                        ok("Connection: \u00a0close", "Content-Length: 0"),
                        start
                                + "Connection: \u00a0close; Content-Length: 0 | length 0 | keep-alive"),
                valid(
                        "quoted close",
                        ok("Connection: \"close\"", "Content-Length: 0"),
                        start
                                + "Connection: \"close\"; Content-Length: 0 | length 0 | keep-alive"));
    }

    private static List<Exchange> oddChunks() {
        String start = "HTTP/1.1 200 OK | Transfer-Encoding: chunked | chunked | keep-alive";
        return List.of(
                valid("last size of two digits", chunked("00\r\n\r\n"), start),
                valid("empty extension of the last chunk", chunked("0;\r\n\r\n"), start),
                valid(
                        "CRLF ends an extension, quoted or not",
                        chunked("5;a=\"\r\nhello\r\n0;\"\r\n\r\n"),
                        start + " | hello"),
                valid(
                        "semicolons without end",
                        chunked("5;;;;\r\nhello\r\n0\r\n\r\n"),
                        start + " | hello"),
                valid(
                        "a response within a chunk",
                        chunked("13\r\nHTTP/1.1 200 OK\r\n\r\n\r\n0\r\n\r\n"),
                        start + " | HTTP/1.1 200 OK\\r\\n\\r\\n"),
                valid(
                        "a response behind the last chunk is leftover",
                        chunked("0\r\n\r\n") + ok("Content-Length: 0"),
                        start + " | leftover HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n"),
                valid(
                        "an encoding in the trailers is only a trailer",
                        chunked("0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                        start + " | trailers Transfer-Encoding: chunked | leftover 0\\r\\n\\r\\n"));
    }

    /// A 205 has no content, but its end is found as that of any other (RFC 9112 section 6.3
    /// does not except it).
    private static List<Exchange> odd205() {
        return List.of(
                valid(
                        "205 with a length of zero",
                        head("HTTP/1.1 205 Reset", "Content-Length: 0"),
                        "HTTP/1.1 205 Reset | Content-Length: 0 | length 0 | keep-alive"),
                valid(
                        "205 with a body",
                        head("HTTP/1.1 205 Reset", "Content-Length: 5") + "hello",
                        "HTTP/1.1 205 Reset | Content-Length: 5 | length 5 | keep-alive | hello"),
                valid(
                        "205 with chunks",
                        head("HTTP/1.1 205 Reset", "Transfer-Encoding: chunked") + "0\r\n\r\n",
                        "HTTP/1.1 205 Reset | Transfer-Encoding: chunked | chunked | keep-alive"),
                valid(
                        "205 without framing",
                        head("HTTP/1.1 205 Reset") + "hello",
                        "HTTP/1.1 205 Reset | until close | close | hello"));
    }

    private static List<Exchange> oldVersion() {
        return List.of(
                valid(
                        "HTTP/1.0 until close",
                        head("HTTP/1.0 200 OK") + "5\r\nhello\r\n",
                        "HTTP/1.0 200 OK | until close | close | 5\\r\\nhello\\r\\n"),
                valid(
                        "HTTP/1.0 until close in spite of keep-alive",
                        head("HTTP/1.0 200 OK", "Connection: keep-alive") + "hello",
                        "HTTP/1.0 200 OK | Connection: keep-alive | until close | close | hello"),
                valid(
                        "HTTP/1.0 with a length and leftover",
                        head("HTTP/1.0 200 OK", "Content-Length: 5") + "hello!",
                        "HTTP/1.0 200 OK | Content-Length: 5 | length 5 | close | hello | leftover !"),
                valid(
                        "204 in HTTP/1.0",
                        head("HTTP/1.0 204 None"),
                        "HTTP/1.0 204 None | no body | close"),
                valid(
                        "304 in HTTP/1.0 with keep-alive",
                        head("HTTP/1.0 304 Same", "Connection: keep-alive"),
                        "HTTP/1.0 304 Same | Connection: keep-alive | no body | keep-alive"));
    }

    private static List<Exchange> unwantedBodies() {
        return List.of(
                valid(
                        "204 and bytes",
                        head("HTTP/1.1 204 None") + "hello",
                        "HTTP/1.1 204 None | no body | keep-alive | leftover hello"),
                valid(
                        "204 with an unknown encoding",
                        head("HTTP/1.1 204 None", "Transfer-Encoding: identity"),
                        "HTTP/1.1 204 None | Transfer-Encoding: identity | no body | close"),
                valid(
                        "204 with a length of zeros",
                        head("HTTP/1.1 204 None", "Content-Length: 00"),
                        "HTTP/1.1 204 None | Content-Length: 00 | no body | close"),
                valid(
                        "304 and the body that its length speaks of",
                        head("HTTP/1.1 304 Same", "Content-Length: 5") + "hello",
                        "HTTP/1.1 304 Same | Content-Length: 5 | no body | keep-alive | leftover hello"),
                valid(
                        "304 with two lengths is the last on its connection",
                        head("HTTP/1.1 304 Same", "Content-Length: 5", "Content-Length: 6"),
                        "HTTP/1.1 304 Same | Content-Length: 5; Content-Length: 6 | no body | close"),
                valid(
                        "304 with encoding and length is the last on its connection",
                        head(
                                "HTTP/1.1 304 Same",
                                "Content-Length: 5",
                                "Transfer-Encoding: chunked"),
                        "HTTP/1.1 304 Same | Content-Length: 5; Transfer-Encoding: chunked | no body | close"),
                valid(
                        "304 in HTTP/1.0 with an encoding is the last on its connection",
                        head(
                                "HTTP/1.0 304 Same",
                                "Connection: keep-alive",
                                "Transfer-Encoding: chunked"),
                        "HTTP/1.0 304 Same | Connection: keep-alive; Transfer-Encoding: chunked | no body | close"),
                toHead(
                        "two lengths alike",
                        ok("Content-Length: 5", "Content-Length: 5"),
                        "HTTP/1.1 200 OK | Content-Length: 5; Content-Length: 5 | no body | close"),
                toHead(
                        "a list of lengths",
                        ok("Content-Length: 5, 5"),
                        "HTTP/1.1 200 OK | Content-Length: 5, 5 | no body | close"),
                toHead(
                        "chunks all the same",
                        chunked("0\r\n\r\n"),
                        "HTTP/1.1 200 OK | Transfer-Encoding: chunked | no body | keep-alive | leftover 0\\r\\n\\r\\n"));
    }
}
