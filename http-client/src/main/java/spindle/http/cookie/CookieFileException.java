package spindle.http.cookie;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Says that a line of a file of cookies is none that holds a cookie, and what was expected there.
/// It never shows what was found: nobody knows where in such a line the value is.
public final class CookieFileException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final int line;

    /// @param problem such as `expected TRUE or FALSE in field 2 but found neither`
    CookieFileException(Path path, int line, String problem) {
        super(path.toString(), null, "cannot read its cookies: line " + line + ": " + problem);
        this.line = line;
    }

    /// Returns the number of the line; the first one is 1.
    public int line() {
        return line;
    }
}
