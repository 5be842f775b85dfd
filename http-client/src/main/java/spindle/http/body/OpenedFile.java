package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;

/// A file that is open to be sent. All that may wait for a disk is done on other threads.
///
/// ```
/// OPENING -> OPEN -> CLOSED
/// OPENING -> GIVEN UP -> CLOSED   // the wait was cancelled: closed as soon as it is open
/// ```
final class OpenedFile implements AutoCloseable {
    // fixed at construction
    private final Path path;

    // changes while running

    /// The channel from when it is open until somebody takes it to close it, so that one does.
    private final AtomicReference<@Nullable FileChannel> channel = new AtomicReference<>();

    private volatile boolean givenUp;
    private volatile long size;

    private OpenedFile(Path path) {
        this.path = path;
    }

    /// Returns how many bytes a file has. It may wait for the disk.
    static long sizeOf(Path path) throws IOException {
        try {
            BasicFileAttributes found = Files.readAttributes(path, BasicFileAttributes.class);
            if (!found.isRegularFile()) {
                throw new FileSystemException(
                        path.toString(), null, "it is not a regular file: send it as a stream");
            }
            return found.size();
        } catch (IOException failure) {
            throw explain(path, failure);
        }
    }

    // --- Opening ---

    /// Opens a file. Suspends the calling task.
    static OpenedFile open(Path path) throws Exception {
        OpenedFile file = new OpenedFile(path);
        boolean opened = false;
        try {
            Async.await(Async.runBlocking(file::openChannel));
            opened = true;
            return file;
        } finally {
            if (!opened) {
                file.giveUp();
            }
        }
    }

    /// Called on another thread. A pipe without a writer would keep it there.
    private boolean openChannel() throws IOException {
        size = sizeOf(path);
        try {
            channel.set(FileChannel.open(path, StandardOpenOption.READ));
        } catch (IOException failure) {
            throw explain(path, failure);
        }
        if (givenUp) {
            closeUnheard();
        }
        return true;
    }

    /// Keeps the subtypes by which callers tell the common failures from each other.
    private static IOException explain(Path path, IOException failure) {
        String file = path.toString();
        FileSystemException explained = switch (failure) {
            case NoSuchFileException _ ->
                new NoSuchFileException(file, null, "cannot send it: there is no such file");
            case AccessDeniedException _ ->
                new AccessDeniedException(file, null, "cannot send it: access is denied");
            case FileSystemException other ->
                new FileSystemException(file, null, "cannot send it: " + other.getReason());
            default ->
                new FileSystemException(file, null, "cannot send it: " + failure.getMessage());
        };
        explained.initCause(failure);
        return explained;
    }

    private void giveUp() {
        givenUp = true;
        Thread.ofVirtual().name("spindle-blocking").start(this::closeUnheard);
    }

    private void closeUnheard() {
        try {
            FileChannel open = channel.getAndSet(null);
            if (open != null) {
                open.close();
            }
        } catch (IOException unheard) {
            // It was only read.
        }
    }

    // --- While it is open ---

    /// Returns how many bytes it had when it was opened.
    long size() {
        return size;
    }

    FileChannel channel() {
        return Objects.requireNonNull(channel.get(), "a file was used after it was closed");
    }

    // --- Closing ---

    /// Closes it and returns how many bytes it had then. Suspends the calling task; cancelled, it
    /// may still have to be closed.
    long closeAndMeasure() throws Exception {
        return Async.await(Async.runBlocking(() -> {
            try (FileChannel open = takeChannel()) {
                return open.size();
            }
        }));
    }

    private FileChannel takeChannel() {
        return Objects.requireNonNull(channel.getAndSet(null), "a file was closed twice");
    }

    /// Closes it, unless it is closed. Does not wait: somebody may still read it on another
    /// thread, for a sink that was cancelled.
    @Override
    public void close() {
        if (channel.get() != null) {
            giveUp();
        }
    }
}
