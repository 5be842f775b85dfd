package spindle.http.wire;

import spindle.http.wire.WireException.Kind;

import java.nio.charset.StandardCharsets;

/// A row of the tables: what a peer sends before it closes, and what is to come of it.
///
/// @param raw the bytes, as Latin-1
/// @param outcome what [Playback] is to report; of a failure the kind and a part of the
///     message
record Exchange(String name, boolean bodyless, WireLimits limits, String raw, String outcome) {

    static Exchange valid(String name, String raw, String outcome) {
        return new Exchange(name, false, WireLimits.DEFAULT, raw, outcome);
    }

    static Exchange toHead(String name, String raw, String outcome) {
        return new Exchange("HEAD: " + name, true, WireLimits.DEFAULT, raw, outcome);
    }

    static Exchange malformed(String name, String raw, String message) {
        return failing(name, raw, Kind.MALFORMED, message);
    }

    static Exchange failing(String name, String raw, Kind kind, String message) {
        return new Exchange(name, false, WireLimits.DEFAULT, raw, kind + ": " + message);
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
    static String chunked(String chunks) {
        return ok("Transfer-Encoding: chunked") + chunks;
    }

    byte[] bytes() {
        return raw.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// Whether the body goes on until the close, so that every close is a good one.
    boolean untilClose() {
        return outcome.contains("| until close |");
    }

    @Override
    public String toString() {
        return name;
    }
}
