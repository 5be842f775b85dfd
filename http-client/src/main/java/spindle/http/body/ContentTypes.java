package spindle.http.body;

import org.jspecify.annotations.Nullable;

import java.nio.charset.Charset;
import java.util.Locale;
import java.util.Map;

/// Content types, as they stand in the field `Content-Type` (RFC 9110 §8.3), and a guess at those
/// of files.
public final class ContentTypes {
    /// Bytes of which nothing more is known.
    public static final String OCTET_STREAM = "application/octet-stream";

    /// Text without form; its charset is to be added.
    public static final String TEXT = "text/plain";

    /// What a form on a page sends unless it has files.
    public static final String FORM = "application/x-www-form-urlencoded";

    /// JSON, which is always UTF-8 (RFC 8259 §8.1).
    public static final String JSON = "application/json";

    private static final Map<String, String> BY_EXTENSION = Map.ofEntries(
            Map.entry("avif", "image/avif"),
            Map.entry("bmp", "image/bmp"),
            Map.entry("bz2", "application/x-bzip2"),
            Map.entry("css", "text/css"),
            Map.entry("csv", "text/csv"),
            Map.entry("gif", "image/gif"),
            Map.entry("gz", "application/gzip"),
            Map.entry("htm", "text/html"),
            Map.entry("html", "text/html"),
            Map.entry("ico", "image/vnd.microsoft.icon"),
            Map.entry("jar", "application/java-archive"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("js", "text/javascript"),
            Map.entry("json", JSON),
            Map.entry("jsonl", "application/jsonl"),
            Map.entry("md", "text/markdown"),
            Map.entry("mjs", "text/javascript"),
            Map.entry("mp3", "audio/mpeg"),
            Map.entry("mp4", "video/mp4"),
            Map.entry("ogg", "audio/ogg"),
            Map.entry("pdf", "application/pdf"),
            Map.entry("png", "image/png"),
            Map.entry("svg", "image/svg+xml"),
            Map.entry("tar", "application/x-tar"),
            Map.entry("tif", "image/tiff"),
            Map.entry("tiff", "image/tiff"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("txt", TEXT),
            Map.entry("wasm", "application/wasm"),
            Map.entry("wav", "audio/wav"),
            Map.entry("webm", "video/webm"),
            Map.entry("webp", "image/webp"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("xml", "application/xml"),
            Map.entry("yaml", "application/yaml"),
            Map.entry("yml", "application/yaml"),
            Map.entry("zip", "application/zip"),
            Map.entry("zst", "application/zstd"));

    private ContentTypes() {}

    /// Returns the content type that the end of a file's name stands for;
    /// `application/octet-stream` if that is not known.
    public static String ofFileName(String name) {
        int dot = name.lastIndexOf('.');
        String extension = dot < 0 ? "" : name.substring(dot + 1).toLowerCase(Locale.ROOT);
        return BY_EXTENSION.getOrDefault(extension, OCTET_STREAM);
    }

    static String withCharset(String contentType, Charset charset) {
        return contentType + "; charset=" + charset.name();
    }

    /// Returns a content type that may be sent: a type, a subtype and perhaps parameters, which
    /// are not looked at, in ASCII.
    static String check(String contentType) {
        FieldGrammar.requireAsciiValue("a content type", contentType);
        String mediaType = mediaType(contentType);
        int slash = mediaType.indexOf('/');
        if (slash < 0
                || !FieldGrammar.isToken(mediaType.substring(0, slash))
                || !FieldGrammar.isToken(mediaType.substring(slash + 1))) {
            throw new IllegalArgumentException(
                    "expected a content type such as text/plain but got \"" + contentType + '"');
        }
        return contentType;
    }

    /// Returns a content type without its parameters.
    static String mediaType(String contentType) {
        int end = contentType.indexOf(';');
        return end < 0 ? contentType : contentType.substring(0, end).stripTrailing();
    }

    /// Returns what a body shows that is made of another one. It does not ask that for its length,
    /// which it may have to look up.
    static String describe(String kind, RequestBody body, @Nullable String contentType) {
        return "<RequestBody " + kind + (contentType == null ? "" : " type='" + contentType + "'")
                + " of=" + body + ">";
    }

    /// Returns what a body shows of itself: all but its content.
    static String describe(String kind, long length, @Nullable String contentType) {
        return "<RequestBody " + kind + " length=" + (length < 0 ? "unknown" : length)
                + (contentType == null ? "" : " type='" + contentType + "'") + ">";
    }
}
