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

/// What comes before the final response, and what comes instead of more HTTP.
final class InterimExchanges {

    private InterimExchanges() {}

    static List<Exchange> all() {
        return Stream.of(interim(), connect(), upgrade()).flatMap(List::stream).toList();
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
}
