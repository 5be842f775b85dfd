package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Future;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;

/// A part of a file on its way into a socket, without a detour through this process's memory.
final class FileSend {
    /// What is sent per turn, so that a fast peer does not starve the others.
    private static final int BYTES_PER_TURN = 1024 * 1024;

    // fixed at construction
    private final Future<Long> end;
    private final FileChannel file;

    // changes while running
    private long position;
    private long remaining;
    private long sent;

    /// @param end what is to be done when it is over
    FileSend(Future<Long> end, FileChannel file, long position, long count) {
        this.end = end;
        this.file = file;
        this.position = position;
        this.remaining = count;
    }

    static void check(long position, long count) {
        if (position < 0 || count < 0) {
            throw new IllegalArgumentException("expected a part of a file but its position is "
                    + position + " and it has " + count + " bytes");
        }
    }

    Future<Long> end() {
        return end;
    }

    /// Returns whether nothing more is to be sent: it is at its end, has failed or was given
    /// up.
    boolean isOver() {
        return end.isDone();
    }

    /// Sends as much as the system takes, up to a limit; returns how much that was. That the
    /// file cannot be read any more is its own failure.
    ///
    /// @throws IOException if the connection is broken
    long sendTo(WritableByteChannel target) throws IOException {
        if (isOver()) {
            return 0;
        }
        try {
            long count = transferTo(target);
            if (remaining == 0 || (count == 0 && position >= file.size())) {
                end.setResult(sent);
            }
            return count;
        } catch (ClosedChannelException closed) {
            if (file.isOpen()) {
                throw closed;
            }
            end.setException(new SendFileException("the file is closed", sent, closed));
            return 0;
        }
    }

    private long transferTo(WritableByteChannel target) throws IOException {
        if (remaining == 0) {
            return 0;
        }
        long count = file.transferTo(position, Math.min(remaining, BYTES_PER_TURN), target);
        position += count;
        remaining -= count;
        sent += count;
        return count;
    }

    /// Ends it with its connection.
    void fail(@Nullable Exception cause) {
        if (!isOver()) {
            String why =
                    cause == null ? "the connection is closed" : String.valueOf(cause.getMessage());
            end.setException(new SendFileException(why, sent, cause));
        }
    }
}
