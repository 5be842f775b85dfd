package spindle.http.wire;

import spindle.http.wire.WireException.Kind;

import java.nio.charset.StandardCharsets;

/// A row of the tables: what a peer sends before it closes, and what is to come of it.
///
/// @param raw the bytes, as Latin-1
/// @param outcome what [Playback] is to report; of a failure the kind and a part of the
///     message
public record Exchange(
        String name, ResponseKind kind, WireLimits limits, String raw, String outcome) {

    public static Exchange valid(String name, String raw, String outcome) {
        return to(ResponseKind.ORDINARY, name, raw, outcome);
    }

    public static Exchange to(ResponseKind kind, String name, String raw, String outcome) {
        return new Exchange(name, kind, WireLimits.DEFAULT, raw, outcome);
    }

    static Exchange toHead(String name, String raw, String outcome) {
        return to(ResponseKind.TO_HEAD, "HEAD: " + name, raw, outcome);
    }

    static Exchange toConnect(String name, String raw, String outcome) {
        return to(ResponseKind.TO_CONNECT, "CONNECT: " + name, raw, outcome);
    }

    static Exchange toUpgrade(String name, String raw, String outcome) {
        return to(ResponseKind.TO_UPGRADE, "upgrade: " + name, raw, outcome);
    }

    static Exchange malformed(String name, String raw, String message) {
        return failing(name, raw, Kind.MALFORMED, message);
    }

    static Exchange failing(String name, String raw, Kind kind, String message) {
        return valid(name, raw, kind + ": " + message);
    }

    /// A head of these lines.
    static String head(String... lines) {
        return String.join("\r\n", lines) + "\r\n\r\n";
    }

    /// A head that is right up to the lines given.
    static String ok(String... lines) {
        return "HTTP/1.1 200 OK\r\n" + (lines.length == 0 ? "\r\n" : head(lines));
    }

    /// A head that announces chunks, and what is given of them.
    public static String chunked(String chunks) {
        return ok("Transfer-Encoding: chunked") + chunks;
    }

    public byte[] bytes() {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Whether the body goes on until the close, so that every close is a good one.
    boolean untilClose() {
        return outcome.contains("| until close |");
    }

    /// Where the head of the final response ends.
    int headEnd() {
        int start = 0;
        int end = raw.indexOf("\r\n\r\n") + 4;
        while (raw.startsWith(" 1", start + "HTTP/1.1".length())) {
            start = end;
            end = raw.indexOf("\r\n\r\n", start) + 4;
        }
        return end;
    }

    @Override
    public String toString() {
        return name;
    }
}
