package spindle.http.simulation;

import static spindle.http.simulation.Payloads.bytes;
import static spindle.http.simulation.Payloads.first;
import static spindle.http.simulation.Payloads.join;

import spindle.http.simulation.Answer.Truth;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Makes up what a server does about one request: an honest answer, or any lie.
final class Scripts {
    private static final String OK = "HTTP/1.1 200 OK\r\n";
    private static final String CHUNKED = "Transfer-Encoding: chunked\r\n";

    /// Heads that nobody may accept.
    private static final String[] MALFORMED = {
        "I am not a web server\n",
        "\u0016\u0003\u0003\u0000\u0002\u0002(",
        "SSH-2.0-OpenSSH_9.9\r\n",
        "HTTP/2 200 OK\r\n\r\n",
        "HTTP/1.1 20\r\n\r\n",
        "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        OK + "A: b\r\n c\r\n\r\n",
        OK + "Content-Length : 1\r\n\r\nx",
        OK + "A: \0\r\n\r\n",
        OK + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        OK + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nxy",
        OK + "Content-Length: +1\r\n\r\nx",
        OK + "Content-Length: 9223372036854775808\r\n\r\n",
        OK + "Transfer-Encoding: gzip, chunked\r\n\r\n",
    };

    /// Bodies in chunks that nobody may accept.
    private static final String[] BAD_CHUNKS = {
        "zz\r\n",
        "-1\r\n",
        "\r\n",
        "0x1\r\nx\r\n",
        "1\nx\n0\n\n",
        "1\r\nxy\r\n0\r\n\r\n",
        "ffffffffffffffff1\r\n",
        "3\r\nabc0\r\n\r\n",
        "1;a\nx\r\n0\r\n\r\n",
    };

    private final Dice dice;
    private final Ledger ledger;
    private final LyingServer server;
    private final List<Step> steps = new ArrayList<>();

    Scripts(Dice dice, Ledger ledger, LyingServer server) {
        this.dice = dice;
        this.ledger = ledger;
        this.server = server;
    }

    // --- Which one ---

    List<Step> calm(LyingConnection peer, ArrivingRequest request) {
        steps.add(new Step.AwaitRequest());
        honest(answer(peer, request), request, false);
        return steps;
    }

    List<Step> any(LyingConnection peer, ArrivingRequest request) {
        if (dice.oneIn(12)) {
            steps.add(new Step.Deafen());
            pause(Duration.ofSeconds(10));
            steps.add(dice.oneIn(3) ? new Step.Stall() : new Step.Listen());
        }
        if (request.expectsContinue() && dice.oneIn(2)) {
            pause(Duration.ofSeconds(2));
            say(bytes("HTTP/1.1 100 Continue\r\n\r\n"));
        }
        if (!dice.oneIn(4)) {
            steps.add(new Step.AwaitRequest());
        }
        pause(Duration.ofSeconds(3));
        if (dice.oneIn(2)) {
            honest(answer(peer, request), request, true);
        } else {
            lie(peer, request);
        }
        return steps;
    }

    private void lie(LyingConnection peer, ArrivingRequest request) {
        switch (dice.below(15)) {
            case 0, 1, 2 -> breakOff(peer, request);
            case 3 -> {
                honest(answer(peer, request), request, false);
                unasked(peer);
            }
            case 4 -> {
                say(bytes(dice.pick(MALFORMED)));
                end();
            }
            case 5 -> {
                say(dice.bytes(1 + dice.size(4000)));
                end();
            }
            case 6 -> wrongLength(answer(peer, request), request);
            case 7 -> badChunks(answer(peer, request));
            case 8 -> badCoding(answer(peer, request), request);
            case 9 -> endless(answer(peer, request));
            case 10, 11 -> redirect(answer(peer, request), request);
            case 12 -> retryLater(answer(peer, request));
            case 13 -> end();
            default -> {
                honest(answer(peer, request), request, true);
                end();
            }
        }
    }

    private Answer answer(LyingConnection peer, ArrivingRequest request) {
        Answer answer = ledger.newAnswer(server.claimedId(request.id()), peer);
        steps.add(new Step.Begin(answer));
        return answer;
    }

    // --- The truth ---

    private void honest(Answer answer, ArrivingRequest request, boolean slowly) {
        byte[] response = response(answer, request);
        if (slowly && dice.oneIn(2)) {
            drip(response);
        } else {
            say(response);
        }
        if (untilClose) {
            steps.add(dice.oneIn(2) ? new Step.End() : new Step.Close());
        }
    }

    /// Whether the response ends with the connection.
    private boolean untilClose;

    private byte[] response(Answer answer, ArrivingRequest request) {
        untilClose = false;
        byte[] plain = Payloads.text(answer.serial, dice.oneIn(8) ? 200_000 : dice.size(8_000));
        answer.body = server.spoils() ? Payloads.text(answer.serial + 1, plain.length) : plain;
        answer.coded = dice.oneIn(4);
        byte[] body = answer.coded ? Payloads.gzip(plain) : plain;
        String fields = fields(answer) + (answer.coded ? "Content-Encoding: gzip\r\n" : "");
        String interim = interim();
        if (request.method().equals("HEAD")) {
            answer.body = new byte[0];
            return bytes(interim + OK + fields + "Content-Length: " + body.length + "\r\n\r\n");
        }
        return join(bytes(interim), framed(answer, fields, body));
    }

    private byte[] framed(Answer answer, String fields, byte[] body) {
        return switch (dice.below(8)) {
            case 0, 1, 2 ->
                join(bytes(OK + fields + CHUNKED + "\r\n"), Payloads.chunked(body, dice));
            case 3 -> {
                answer.body = new byte[0];
                yield bytes(
                        dice.pick("HTTP/1.1 204 No Content\r\n", "HTTP/1.1 304 Not Modified\r\n")
                                + answer.marker() + "\r\n");
            }
            case 4 -> {
                untilClose = true;
                yield join(bytes(dice.pick(OK, "HTTP/1.0 200 OK\r\n") + fields + "\r\n"), body);
            }
            default ->
                join(
                        bytes(dice.pick(OK, OK, OK, "HTTP/1.1 404 Not Found\r\n") + fields
                                + "Content-Length: " + body.length + "\r\n\r\n"),
                        body);
        };
    }

    private String fields(Answer answer) {
        return answer.marker()
                + switch (dice.below(12)) {
                    case 0 -> "Connection: close\r\n";
                    case 1 -> "Keep-Alive: timeout=" + dice.below(4) + "\r\n";
                    case 2 -> "Set-Cookie: name" + dice.below(9) + "=value; Max-Age=60\r\n";
                    default -> "";
                };
    }

    private String interim() {
        return dice.oneIn(5)
                ? "HTTP/1.1 103 Early Hints\r\nX-Answer: interim\r\n\r\n".repeat(dice.below(4))
                : "";
    }

    // --- Lies ---

    private void breakOff(LyingConnection peer, ArrivingRequest request) {
        Answer answer = answer(peer, request);
        byte[] response = response(answer, request);
        int kept = dice.below(response.length);
        int head = head(response);
        boolean byReset = dice.oneIn(4);
        answer.truth = untilClose && kept >= head && !byReset ? Truth.PREFIX : Truth.BROKEN;
        if (answer.coded && answer.truth == Truth.PREFIX) {
            answer.truth = Truth.BROKEN; // A coding has an end of its own.
        }
        say(first(response, kept));
        if (byReset) {
            pause(Duration.ofSeconds(1));
            steps.add(new Step.Reset());
        } else if (answer.truth == Truth.BROKEN) {
            end();
        } else {
            steps.add(dice.pick(new Step.End(), new Step.Close(), new Step.Stall()));
        }
    }

    /// Returns where the body begins, behind interim responses and the head.
    private static int head(byte[] response) {
        String text = new String(response, StandardCharsets.ISO_8859_1);
        int start = 0;
        while (text.startsWith("HTTP/1.1 1", start)) {
            start = text.indexOf("\r\n\r\n", start) + 4;
        }
        return text.indexOf("\r\n\r\n", start) + 4;
    }

    /// An answer that nobody has asked for: at once, later while the connection is idle, or before
    /// any request.
    List<Step> unasked(LyingConnection peer) {
        if (dice.oneIn(2)) {
            pause(Duration.ofSeconds(2));
        }
        if (dice.oneIn(4)) {
            say(bytes("garbage"));
            return steps;
        }
        Answer answer = ledger.newAnswer(Answer.NOBODY, peer);
        answer.body = Payloads.text(answer.serial, 10);
        steps.add(new Step.Begin(answer));
        say(join(bytes(OK + answer.marker() + "Content-Length: 10\r\n\r\n"), answer.body));
        return steps;
    }

    private void wrongLength(Answer answer, ArrivingRequest request) {
        byte[] body = Payloads.text(answer.serial, 1 + dice.size(4_000));
        boolean tooLong = dice.oneIn(2);
        int said = tooLong ? dice.below(body.length) : body.length + 1 + dice.size(1000);
        boolean head = request.method().equals("HEAD");
        answer.body = head ? new byte[0] : body;
        answer.truth = head ? Truth.WHOLE : tooLong ? Truth.PREFIX : Truth.BROKEN;
        say(join(bytes(OK + answer.marker() + "Content-Length: " + said + "\r\n\r\n"), body));
        if (!tooLong) {
            end();
        }
    }

    private void badChunks(Answer answer) {
        answer.truth = Truth.BROKEN;
        String start = dice.oneIn(2) ? "" : "5\r\nhello\r\n";
        say(bytes(OK + answer.marker() + CHUNKED + "\r\n" + start));
        pause(Duration.ofSeconds(1));
        say(bytes(dice.pick(BAD_CHUNKS)));
        end();
    }

    private void badCoding(Answer answer, ArrivingRequest request) {
        answer.coded = true;
        answer.truth = request.method().equals("HEAD") ? Truth.ANY : Truth.BROKEN;
        byte[] coded = Payloads.gzip(Payloads.text(answer.serial, 1 + dice.size(4_000)));
        byte[] body =
                switch (dice.below(4)) {
                    case 0 -> first(coded, dice.below(coded.length));
                    case 1 -> bytes("this is not gzip");
                    case 2 -> join(coded, bytes("trailing garbage"));
                    default -> Payloads.BOMB;
                };
        if (body.length == 0) {
            answer.truth = Truth.ANY; // An empty body is what some servers send, whatever they say.
        }
        say(join(
                bytes(OK + answer.marker() + "Content-Encoding: gzip\r\nContent-Length: "
                        + body.length + "\r\n\r\n"),
                body));
    }

    private void endless(Answer answer) {
        answer.truth = Truth.BROKEN;
        String head = OK + answer.marker();
        switch (dice.below(5)) {
            case 0 -> repeat(head, "X-Field: value\r\n", 30_000);
            case 1 -> repeat("", "HTTP/1.1 102 Processing\r\n\r\n", 200);
            case 2 -> repeat(head + CHUNKED + "\r\n", "1;name=value;name=value\r\nx\r\n", 3_000);
            case 3 -> repeat(head + CHUNKED + "\r\n0\r\n", "X-Trailer: value\r\n", 3_000);
            default -> {
                answer.truth = Truth.ANY; // Too long only for those who want it whole.
                repeat(head + CHUNKED + "\r\n", "1000\r\n" + "x".repeat(4096) + "\r\n", 200);
            }
        }
        end();
    }

    private void repeat(String start, String piece, int times) {
        say(bytes(start));
        for (int part = 0; part < 4; part++) {
            say(Payloads.repeat(piece, times / 4));
            pause(Duration.ofMillis(200));
        }
    }

    private void redirect(Answer answer, ArrivingRequest request) {
        answer.truth = Truth.ANY;
        String to = dice.pick(
                "/" + request.id() + "/again",
                "http://" + server.anyHost(dice) + "/" + request.id() + "/elsewhere",
                "?more",
                "http://dead.test/" + request.id(),
                "http://[",
                "ftp://a.test/");
        String status = dice.pick(
                "301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent");
        String body = dice.pick("", "moved", "x".repeat(100_000));
        int said = dice.oneIn(5) ? body.length() + 10 : body.length();
        boolean head = request.method().equals("HEAD");
        say(bytes("HTTP/1.1 " + status + "\r\n" + answer.marker() + "Location: " + to
                + "\r\nContent-Length: " + said + "\r\n\r\n" + (head ? "" : body)));
    }

    private void retryLater(Answer answer) {
        answer.truth = Truth.ANY;
        say(bytes("HTTP/1.1 " + dice.pick("503 Unavailable", "429 Too Many", "502 Bad Gateway")
                + "\r\n" + answer.marker()
                + dice.pick("", "Retry-After: 0\r\n", "Retry-After: 15\r\n")
                + "Content-Length: 0\r\n\r\n"));
    }

    // --- Steps ---

    private void say(byte[] bytes) {
        if (bytes.length > 0) {
            steps.add(new Step.Say(bytes));
        }
    }

    private void pause(Duration most) {
        Duration time = dice.upTo(most);
        if (!time.isZero()) {
            steps.add(new Step.Wait(time));
        }
    }

    /// Sends bytes in pieces, some of one byte, with pauses.
    private void drip(byte[] bytes) {
        int at = 0;
        int pieces = dice.between(1, 8);
        Duration most =
                dice.pick(Duration.ofMillis(20), Duration.ofSeconds(2), Duration.ofSeconds(20));
        while (at < bytes.length && pieces-- > 0) {
            int size = dice.oneIn(3) ? 1 : 1 + dice.below(bytes.length - at);
            say(Arrays.copyOfRange(bytes, at, at + size));
            pause(most);
            at += size;
        }
        say(Arrays.copyOfRange(bytes, at, bytes.length));
    }

    /// Ends, or does not.
    private void end() {
        if (dice.oneIn(4)) {
            pause(Duration.ofSeconds(5));
        }
        steps.add(
                switch (dice.below(5)) {
                    case 0 -> new Step.Close();
                    case 1 -> new Step.Reset();
                    case 2 -> new Step.Stall();
                    default -> new Step.End();
                });
    }
}
