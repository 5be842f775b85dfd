package spindle.http.wire.fuzz;

import static spindle.http.wire.fuzz.Findings.require;
import static spindle.http.wire.fuzz.Findings.requireEqual;

import spindle.http.wire.Exchange;
import spindle.http.wire.Exchanges;
import spindle.http.wire.Playback;
import spindle.http.wire.ReferenceParser;
import spindle.http.wire.ResponseKind;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Whole responses, of every kind.
///
/// An input is a byte for the kind, two that say how the rest is cut, and the response.
public final class ResponseFuzz {

    /// By their number in an input.
    static final List<ResponseKind> KINDS = List.of(ResponseKind.values());

    private static final int CONTROL_BYTES = 3;

    private ResponseFuzz() {}

    static List<byte[]> seeds() {
        return Exchanges.all().stream()
                .filter(exchange -> exchange.raw().length() < 1000)
                .map(ResponseFuzz::seed)
                .toList();
    }

    private static byte[] seed(Exchange exchange) {
        byte[] raw = exchange.bytes();
        var seed = new byte[CONTROL_BYTES + raw.length];
        seed[0] = (byte) KINDS.indexOf(exchange.kind());
        seed[1] = (byte) (raw.length / 2);
        seed[2] = (byte) raw.length;
        System.arraycopy(raw, 0, seed, CONTROL_BYTES, raw.length);
        return seed;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length < CONTROL_BYTES) {
            return;
        }
        var kind = KINDS.get(input[0] & 3);
        boolean direct = (input[0] & 4) != 0;
        check(
                kind,
                direct,
                input[1] & 0xff,
                input[2] & 0xff,
                Arrays.copyOfRange(input, CONTROL_BYTES, input.length));
    }

    /// @param first where the first cut is
    /// @param next how far the others are apart, once reduced
    static void check(ResponseKind kind, boolean direct, int first, int next, byte[] bytes) {
        Exchange exchange = exchange(kind, bytes);
        String whole = Playback.whole(exchange);
        String cut =
                Playback.play(exchange, bytes, at -> at == 0 ? 1 + first : 1 + next % 17, direct);
        requireEqual(cut, whole, "the outcome does not depend on how the bytes are cut");

        Verdict verdict = Verdict.of(kind, bytes);
        requireEqual(
                verdict.failure() == null ? whole : verdict.failure().toString(),
                ReferenceParser.outcome(kind, exchange.raw()),
                "the parser agrees with the reference");

        if (verdict.failure() == null) {
            checkEnd(kind, verdict, bytes, whole);
            checkCloseBeforeTheEnd(kind, verdict, bytes, first * next);
        }
    }

    /// What follows a response says nothing about it.
    private static void checkEnd(ResponseKind kind, Verdict verdict, byte[] bytes, String whole) {
        require(verdict.end() <= bytes.length, "no more is consumed than there is");
        byte[] alone = Arrays.copyOf(bytes, verdict.end());
        String outcome = Playback.whole(exchange(kind, alone));
        String rest = new String(
                bytes, alone.length, bytes.length - alone.length, StandardCharsets.ISO_8859_1);
        requireEqual(
                rest.isEmpty() ? outcome : outcome + " | leftover " + Playback.escape(rest),
                whole,
                "what was consumed and what is left are the input");
        if (!verdict.untilClose()) {
            byte[] followed = Arrays.copyOf(alone, alone.length + 3);
            Arrays.fill(followed, alone.length, followed.length, (byte) '0');
            requireEqual(
                    Playback.whole(exchange(kind, followed)),
                    outcome + " | leftover 000",
                    "a response ends where it ends, whatever follows");
        }
    }

    private static void checkCloseBeforeTheEnd(
            ResponseKind kind, Verdict verdict, byte[] bytes, int at) {
        if (!verdict.untilClose()) {
            byte[] shorter = Arrays.copyOf(bytes, at % verdict.end());
            require(
                    Verdict.of(kind, shorter).failure() != null,
                    "a response cut short by a close is never complete");
        }
    }

    private static Exchange exchange(ResponseKind kind, byte[] bytes) {
        return Exchange.to(kind, "fuzz", new String(bytes, StandardCharsets.ISO_8859_1), "");
    }
}
