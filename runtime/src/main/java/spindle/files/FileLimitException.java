package spindle.files;

import java.nio.file.FileSystemException;
import java.nio.file.Path;

/// Says that a file, or a line of it, is larger than what was asked for allows.
public final class FileLimitException extends FileSystemException {
    private static final long serialVersionUID = 1L;

    private final long found;
    private final long limit;

    /// @param what what is too large and how much of it was found, such as `it has 7 bytes`
    FileLimitException(Path path, String what, long found, long limit) {
        super(path.toString(), null, "cannot read it: " + what + " but the limit is " + limit);
        this.found = found;
        this.limit = limit;
    }

    /// Returns how many bytes there are, or were read before it was given up if nothing says how
    /// many there are.
    public long found() {
        return found;
    }

    /// Returns the limit, in bytes.
    public long limit() {
        return limit;
    }
}
