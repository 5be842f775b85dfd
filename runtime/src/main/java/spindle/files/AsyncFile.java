package spindle.files;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Future;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import java.util.Set;

/// A file that is open: read and written anywhere in it, without stalling the loop.
///
/// ```java
/// try (AsyncFile file = await(AsyncFiles.open(path, READ, WRITE))) {
///     byte[] head = await(file.read(0, 512));
///     await(file.write(0, changed(head)));
///     await(file.force());
/// }
/// ```
///
/// It has no position of its own, so it is not for pipes. Its operations happen one after the
/// other, in the order in
/// which they were started, whichever tasks start them. What one of them fails with says the path
/// and what was to be done; the file can be used on.
///
/// An operation that is cancelled does not happen if it has not started. If it has, it goes on
/// to its end without anybody waiting, and the next one comes after that; neither closes the
/// file.
///
/// For the tasks of the loop that it was opened in. A file that is forgotten is closed with its
/// loop, which reports it.
public final class AsyncFile implements AutoCloseable {
    private static final int FEW_BYTES = 64 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final LoopFiles files;
    private final Path path;
    private final FileLane lane;

    // changes while running
    private boolean closed;

    /// Used by the lane's operations alone.
    private @Nullable FileChannel channel;

    private AsyncFile(EventLoop loop, Path path) {
        this.loop = loop;
        this.files = LoopFiles.of(loop);
        this.path = path;
        this.lane = new FileLane(files.threads());
    }

    /// Opens a file. Suspends the calling task. Given up while the system opens it, it is closed
    /// as soon as it is open.
    static AsyncFile open(Path path, Set<OpenOption> options) throws Exception {
        AsyncFile file = new AsyncFile(EventLoop.current(), path);
        boolean opened = false;
        try {
            new FileOperation<>(file.loop, path, "open it", () -> file.openChannel(options))
                    .await(file.lane);
            opened = true;
            file.files.add(file);
            return file;
        } finally {
            if (!opened) {
                file.lane.execute(file::closeUnheard);
            }
        }
    }

    private @Nullable Void openChannel(Set<OpenOption> options) throws IOException {
        channel = ChannelBytes.open(path, options);
        return null;
    }

    /// Returns the path that it was opened by.
    public Path path() {
        return path;
    }

    // --- Reading ---

    /// Returns a coroutine that reads what is at a position: fewer bytes only if the file ends
    /// there, and none at its end. Suspends the calling task.
    ///
    /// @param most how many bytes to read at the most
    @CheckReturnValue
    public Coroutine<byte[]> read(long position, int most) {
        AsyncFiles.checkNotNegative("a position", position);
        AsyncFiles.checkNotNegative("a number of bytes", most);
        return () -> run("read it", open -> {
            // Not much more than there is, since `most` may be anything. Files that the system
            // makes up say that there is nothing.
            long left = Math.max(FEW_BYTES, open.size() - position);
            ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(most, left));
            ChannelBytes.readAt(open, position, bytes);
            return Arrays.copyOf(bytes.array(), bytes.position());
        });
    }

    /// Returns a coroutine that reads into a buffer as [#read(long, int)] does to a new array; its
    /// result is how many bytes that were, -1 at the end of the file. Suspends the calling task.
    /// Cancelled, it has not touched the buffer and will not.
    @CheckReturnValue
    public Coroutine<Integer> read(long position, ByteBuffer target) {
        AsyncFiles.checkNotNegative("a position", position);
        return () -> {
            if (!target.hasRemaining()) {
                return 0;
            }
            byte[] bytes = Async.await(read(position, target.remaining()));
            target.put(bytes);
            return bytes.length == 0 ? -1 : bytes.length;
        };
    }

    /// Returns a coroutine that asks how many bytes the file has. Suspends the calling task.
    @CheckReturnValue
    public Coroutine<Long> size() {
        return () -> run("ask for its size", FileChannel::size);
    }

    // --- Writing ---

    /// Returns a coroutine that writes all of some bytes at a position; what is between the end of
    /// the file and there becomes zeros. Suspends the calling task. The bytes are copied when it
    /// starts. In a file that was opened to append, the system may take no notice of the position.
    @CheckReturnValue
    public Coroutine<@Nullable Void> write(long position, byte[] data) {
        return write(position, ByteBuffer.wrap(data));
    }

    /// Writes what remains in a buffer, as [#write(long, byte\[\])] does an array. The buffer's
    /// position stays as it is.
    @CheckReturnValue
    public Coroutine<@Nullable Void> write(long position, ByteBuffer data) {
        AsyncFiles.checkNotNegative("a position", position);
        return () -> {
            ByteBuffer copy = copyOf(data);
            return change("write it", open -> ChannelBytes.writeAt(open, position, copy));
        };
    }

    /// Returns a coroutine that writes all of some bytes after the end of the file. Suspends the
    /// calling task. The bytes are copied when it starts. Where other processes write as well,
    /// open the file to append.
    @CheckReturnValue
    public Coroutine<@Nullable Void> append(byte[] data) {
        return append(ByteBuffer.wrap(data));
    }

    /// Appends what remains in a buffer, as [#append(byte\[\])] does an array. The buffer's
    /// position stays as it is.
    @CheckReturnValue
    public Coroutine<@Nullable Void> append(ByteBuffer data) {
        return () -> {
            ByteBuffer copy = copyOf(data);
            return change("append to it", open -> ChannelBytes.writeAt(open, open.size(), copy));
        };
    }

    private static ByteBuffer copyOf(ByteBuffer data) {
        return ByteBuffer.allocate(data.remaining()).put(data.duplicate()).flip();
    }

    /// Returns a coroutine that takes away what the file has after its first `size` bytes; a file
    /// that is shorter stays as it is. Suspends the calling task.
    @CheckReturnValue
    public Coroutine<@Nullable Void> truncate(long size) {
        AsyncFiles.checkNotNegative("a size", size);
        return () -> change("truncate it", open -> open.truncate(size));
    }

    /// Returns a coroutine that waits until what was written is on the disk, and what the system
    /// knows about the file as well. Suspends the calling task.
    @CheckReturnValue
    public Coroutine<@Nullable Void> force() {
        return () -> change("put it on the disk", open -> open.force(true));
    }

    // --- One after the other ---

    /// What is done with the open file, on a thread that may wait.
    @FunctionalInterface
    interface Reading<T extends @Nullable Object> {
        T read(FileChannel open) throws IOException;
    }

    /// As [Reading], without a result.
    @FunctionalInterface
    private interface Change {
        void make(FileChannel open) throws IOException;
    }

    <T extends @Nullable Object> T run(String purpose, Reading<T> reading) throws Exception {
        checkUsable(purpose);
        return new FileOperation<>(loop, path, purpose, () -> reading.read(openChannel()))
                .await(lane);
    }

    private @Nullable Void change(String purpose, Change change) throws Exception {
        checkUsable(purpose);
        return FileOperation.<@Nullable Void>changing(loop, path, purpose, () -> {
                    change.make(openChannel());
                    return null;
                })
                .await(lane);
    }

    private FileChannel openChannel() {
        return Objects.requireNonNull(channel, "an operation ran outside its lane");
    }

    private void checkUsable(String purpose) {
        if (closed) {
            throw new IllegalStateException(path + ": cannot " + purpose + ": the file is closed");
        }
        if (EventLoop.current() != loop) {
            throw new IllegalStateException(path + ": cannot " + purpose
                    + ": it was opened in another event loop: open it in this one too");
        }
    }

    // --- Closing ---

    /// Closes the file, after the operations that were started before. Suspends the calling task
    /// until it is closed; cancelled then, it is closed all the same. Outside a task it does not
    /// wait. Closing twice does nothing.
    ///
    /// @throws IOException if the system says so: what was written may be lost
    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        files.remove(this);
        Future<@Nullable Void> closing = loop.createFuture(this);
        lane.execute(() -> closeChannel(closing));
        if (loop.currentTask() != null) {
            awaitClosing(closing);
        }
    }

    private static void awaitClosing(Future<@Nullable Void> closing) throws IOException {
        try {
            Async.await(Async.shield(closing));
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException("closing a file failed", impossible);
        }
    }

    /// Called on the lane. A failure that nobody waits for is reported by its future.
    private void closeChannel(Future<@Nullable Void> closing) {
        try {
            openChannel().close();
            FileOperation.tell(loop, () -> closing.setResult(null));
        } catch (IOException failure) {
            IOException explained = FileFailures.explain(path, "close it", failure);
            FileOperation.tell(loop, () -> closing.setException(explained));
        }
    }

    /// Closes it with its loop, which has stopped for good.
    void closeWithLoop() {
        closed = true;
        loop.callExceptionHandler(new ExceptionHandler.Context(
                "a file was still open when the loop was closed: close it", null, this));
        lane.execute(this::closeUnheard);
    }

    /// Called on the lane, when nobody is left to be told.
    private void closeUnheard() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException unheard) {
            // Nothing was written that anybody waits for.
        }
    }

    /// Returns a form such as `<AsyncFile '/tmp/file' open>`.
    @Override
    public String toString() {
        return "<AsyncFile '" + path + "' " + (closed ? "closed" : "open") + ">";
    }
}
