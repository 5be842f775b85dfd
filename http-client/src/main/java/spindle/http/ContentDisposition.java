package spindle.http;

import java.util.Optional;

/// Reads the file name out of a Content-Disposition (RFC 6266), and makes it safe to use.
final class ContentDisposition {
    private ContentDisposition() {}

    static Optional<String> fileName(String value) {
        int start = value.indexOf(';');
        if (start < 0) {
            return Optional.empty();
        }
        String name = FieldParameters.parse(value, start).parameters().getOrDefault("filename", "");
        return Optional.of(safe(name)).filter(safe -> !safe.isEmpty());
    }

    /// A server that proposes `../../.ssh/authorized_keys` proposes `authorized_keys` (RFC 6266
    /// section 4.3).
    private static String safe(String name) {
        String last = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
        StringBuilder safe = new StringBuilder();
        last.codePoints()
                .filter(c -> !Character.isISOControl(c) && Character.getType(c) != Character.FORMAT)
                .forEach(safe::appendCodePoint);
        String stripped = safe.toString().strip();
        return stripped.equals(".") || stripped.equals("..") ? "" : stripped;
    }
}
