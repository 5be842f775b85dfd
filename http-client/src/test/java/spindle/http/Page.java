package spindle.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import java.util.Map;

/// What each [RealServer] has to show in the same way.
///
/// @param fields what is special about its header
@SuppressWarnings("ArrayRecordComponent") // Nobody compares pages.
record Page(int status, Map<String, String> fields, byte[] body) {
    static final String USER = "user";
    static final String PASSWORD = "secret";

    private static final byte[] SMALL = "hello".getBytes(ISO_8859_1);
    private static final byte[] LARGE = "0123456789abcdef".repeat(65_536).getBytes(ISO_8859_1);
    private static final byte[] NOTHING = {};

    /// Returns what is at a path.
    ///
    /// @param cookie what the request says; null if it says none
    static Page of(String path, @Nullable String cookie) {
        return switch (path) {
            case "/small", "/secret" -> new Page(200, Map.of(), SMALL);
            case "/large", "/chunked", "/gzip" -> new Page(200, Map.of(), LARGE);
            case "/moved" -> new Page(302, Map.of("Location", "/small"), SMALL);
            case "/moved-as-it-is" -> new Page(307, Map.of("Location", "/echo"), NOTHING);
            case "/cookie/set" ->
                new Page(200, Map.of("Set-Cookie", "taste=sweet; Path=/cookie"), SMALL);
            case "/cookie/show" ->
                new Page(200, Map.of(), String.valueOf(cookie).getBytes(ISO_8859_1));
            case "/last" -> new Page(200, Map.of("Connection", "close"), SMALL);
            case "/refuse" -> new Page(413, Map.of("Connection", "close"), SMALL);
            default -> new Page(404, Map.of(), NOTHING);
        };
    }

    /// Returns what `/echo` says about a request, in a field of its own.
    static String described(String method, @Nullable String type, @Nullable String length) {
        return method + " " + type + " " + length;
    }
}
