package spindle.files;

import org.jspecify.annotations.Nullable;

import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/// The lines of a file of text, one after the other: each without its end, which is a line feed
/// with or without a carriage return before it. The last line need not have an end.
///
/// The file is opened when the first line is asked for, and closed after the last one or when
/// reading it fails; who may stop earlier closes this. It is read ahead by 64 KiB. One task at a
/// time may ask. What reading fails with, every later ask fails with too.
///
/// Ways to fail, besides those of the system: a line of more bytes than the limit
/// ([FileLimitException]), and bytes that are not UTF-8.
public final class FileLines implements AsyncIterator<String>, AutoCloseable {
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final byte[] NOTHING = {};

    // fixed at construction
    private final Path path;
    private final int limit;

    // changes while running
    private @Nullable AsyncFile file;
    private boolean asking;
    private boolean closed;
    private boolean ended;
    private @Nullable Exception failure;

    /// What was read and is in no line yet: from `start` to `end`. Its first `searched` bytes
    /// have no line end.
    private byte[] ahead = NOTHING;

    private int start;
    private int end;
    private int searched;

    /// Where `start` is in the file, and what the line there is called.
    private long position;

    private long number = 1;

    /// The chunk that was read, until it is taken: empty at the end. It stays here if whoever
    /// asked for it was cancelled, since the system won't give it twice.
    private volatile byte @Nullable [] chunk;

    FileLines(Path path, int limit) {
        this.path = path;
        this.limit = limit;
    }

    // --- Reading ---

    /// Returns a coroutine that waits for the next line; its result is empty at the end of the
    /// file. Suspends the calling task, unless the line was read ahead. Cancelled, it takes no
    /// line away.
    @Override
    @CheckReturnValue
    public Coroutine<Optional<String>> next() {
        return () -> {
            checkUsable();
            asking = true;
            try {
                Optional<String> line = readLine();
                if (line.isEmpty()) {
                    closeFile();
                }
                return line;
            } catch (Exception broken) {
                failure = broken;
                closeAfter(broken);
                throw broken;
            } finally {
                asking = false;
            }
        };
    }

    private void closeAfter(Exception broken) {
        try {
            closeFile();
        } catch (IOException another) {
            broken.addSuppressed(another);
        }
    }

    private void checkUsable() throws Exception {
        if (closed) {
            throw new IllegalStateException(path + ": cannot read it: the lines were closed");
        }
        if (asking) {
            throw new IllegalStateException(
                    path + ": another task waits for the next line already: one at a time may");
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Optional<String> readLine() throws Exception {
        while (true) {
            int lineFeed = indexOfLineFeed();
            if (lineFeed >= 0) {
                return Optional.of(takeLine(lineFeed, 1));
            }
            // The last byte may be the carriage return of a line end that is still to come.
            checkLength(unread() - (endsWithReturn(end) ? 1 : 0));
            if (!readMore()) {
                return unread() == 0 ? Optional.empty() : Optional.of(takeLine(end, 0));
            }
        }
    }

    private int unread() {
        return end - start;
    }

    private int indexOfLineFeed() {
        for (int i = start + searched; i < end; i++) {
            if (ahead[i] == '\n') {
                return i;
            }
        }
        searched = unread();
        return -1;
    }

    private boolean endsWithReturn(int lineEnd) {
        return lineEnd > start && ahead[lineEnd - 1] == '\r';
    }

    /// @param endBytes how long the line feed at `lineEnd` is: 1, or 0 at the end of the file
    private String takeLine(int lineEnd, int endBytes) throws IOException {
        int length = lineEnd - start - (endBytes == 1 && endsWithReturn(lineEnd) ? 1 : 0);
        checkLength(length);
        String line = decode(ByteBuffer.wrap(ahead, start, length));
        position += lineEnd + endBytes - start;
        start = lineEnd + endBytes;
        searched = 0;
        number++;
        return line;
    }

    private void checkLength(int length) throws FileLimitException {
        if (length > limit) {
            throw new FileLimitException(
                    path, "line " + number + " has " + length + " bytes or more", length, limit);
        }
    }

    private String decode(ByteBuffer line) throws IOException {
        try {
            return Utf8.decode(line, position);
        } catch (CharacterCodingException notText) {
            throw FileFailures.explain(path, "read line " + number + " of it", notText);
        }
    }

    /// Reads a chunk; returns whether there was one.
    private boolean readMore() throws Exception {
        if (ended) {
            return false;
        }
        if (file == null) {
            file = AsyncFile.open(path, Set.of(StandardOpenOption.READ));
            if (closed) { // Meanwhile, by another task.
                file.close();
            }
        }
        file.run("read it", this::readChunk);
        byte[] read = chunk;
        chunk = null;
        if (read == null || read.length == 0) {
            ended = true;
            return false;
        }
        add(read);
        return true;
    }

    /// Doubles the room where there is too little, or a long line would be copied once a chunk.
    private void add(byte[] read) {
        int kept = unread();
        byte[] target = ahead.length - kept >= read.length
                ? ahead
                : new byte[Math.max(2 * kept, kept + read.length)];
        System.arraycopy(ahead, start, target, 0, kept);
        System.arraycopy(read, 0, target, kept, read.length);
        ahead = target;
        start = 0;
        end = kept + read.length;
    }

    /// Called on the file's lane, so after a read that nobody waits for any more.
    private @Nullable Void readChunk(FileChannel open) throws IOException {
        if (chunk == null) {
            byte[] bytes = new byte[CHUNK_BYTES];
            int count = ChannelBytes.read(open, bytes, 0);
            chunk = count <= 0 ? NOTHING : Arrays.copyOf(bytes, count);
        }
        return null;
    }

    // --- Closing ---

    /// Closes the file if it is open. Suspends the calling task. Closing twice does nothing.
    ///
    /// @throws IOException as [AsyncFile#close()]
    @Override
    public void close() throws IOException {
        closed = true;
        closeFile();
    }

    private void closeFile() throws IOException {
        ahead = NOTHING;
        start = 0;
        end = 0;
        searched = 0;
        ended = true;
        if (file != null) {
            file.close();
        }
    }

    /// Returns a form such as `<FileLines '/tmp/file' next=17>`.
    @Override
    public String toString() {
        String state = closed || ended ? "closed" : "next=" + number;
        return "<FileLines '" + path + "' " + state + ">";
    }
}
