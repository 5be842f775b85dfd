package spindle.http.coding;

import org.jspecify.annotations.Nullable;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/// The content codings that we know, in the order in which we ask for them (RFC 9110 §8.4.1).
enum Coding {
    GZIP("gzip"),
    DEFLATE("deflate"),
    BROTLI("br"),
    ZSTD("zstd");

    /// The coding that changes nothing. It has a name, but no work.
    static final String IDENTITY = "identity";

    private final String token;

    Coding(String token) {
        this.token = token;
    }

    /// Finds a coding by name, without regard to case; null if we don't know it, or lack the
    /// library for it.
    static @Nullable Coding find(String name) {
        String lowerCase = name.toLowerCase(Locale.ROOT);
        // RFC 9110 §8.4.1.3: a recipient takes x-gzip for gzip.
        String wanted = lowerCase.equals("x-gzip") ? GZIP.token : lowerCase;
        for (Coding coding : values()) {
            if (coding.token.equals(wanted)) {
                return coding.isPresent() ? coding : null;
            }
        }
        return null;
    }

    static boolean isIdentity(String name) {
        return name.equalsIgnoreCase(IDENTITY);
    }

    static IllegalArgumentException unknown(String name) {
        return new IllegalArgumentException("expected a content coding among "
                + list()
                + " but found \""
                + name
                + "\": ask supports() first");
    }

    /// Returns those that are present, as Accept-Encoding lists them.
    static String list() {
        return Arrays.stream(values())
                .filter(Coding::isPresent)
                .map(Coding::toString)
                .collect(Collectors.joining(", "));
    }

    /// Whether we can undo and apply it here and now.
    boolean isPresent() {
        return switch (this) {
            case GZIP, DEFLATE -> true;
            case BROTLI -> NativeLibraries.hasBrotli();
            case ZSTD -> NativeLibraries.hasZstd();
        };
    }

    Decoding decoding(DecodingLimits limits) {
        return switch (this) {
            case GZIP -> new GzipDecoding(limits);
            case DEFLATE -> new DeflateDecoding();
            case BROTLI -> new BrotliDecoding();
            case ZSTD -> new ZstdDecoding(limits);
        };
    }

    Encoding encoding() {
        return switch (this) {
            case GZIP -> new GzipEncoding();
            case DEFLATE -> DeflateEncoding.zlib();
            case BROTLI -> new BrotliEncoding();
            case ZSTD -> new ZstdEncoding();
        };
    }

    /// Returns its name on the wire.
    @Override
    public String toString() {
        return token;
    }
}
