package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;

/// Says that a file could not be sent, or not to its end, and how much of it was.
public final class SendFileException extends IOException {
    private static final long serialVersionUID = 1;

    private final long bytesSent;

    SendFileException(String why, long bytesSent, @Nullable Throwable cause) {
        super("cannot send a file: " + why + " (after " + bytesSent + " bytes)", cause);
        this.bytesSent = bytesSent;
    }

    /// Returns how many bytes of the file were sent.
    public long bytesSent() {
        return bytesSent;
    }
}
