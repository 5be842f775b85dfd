package spindle.files;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/// Reads and writes files without stalling the loop.
///
/// ```java
/// String config = await(AsyncFiles.readString(Path.of("app.conf"), 1_000_000));
/// await(AsyncFiles.replaceString(Path.of("state"), state));
///
/// try (FileLines lines = AsyncFiles.lines(Path.of("access.log"), 64 * 1024)) {
///     for (String line : awaitEach(lines)) {
///         …
///     }
/// }
/// ```
///
/// The system has no files that say when they are ready, as sockets do: whoever reads one waits
/// in the call. So that is done by four threads, which all users of a loop share and which end
/// with it. Four operations that never end, of pipes that nobody opens at the other end, keep
/// all others waiting.
///
/// Each method returns a coroutine that suspends the calling task. What changes one path through
/// this class does so in the order in which the coroutines were started; those of different
/// paths, and those that read, run side by side. A read that meets a write may see a part of it:
/// that is what the methods with `replace` are for.
///
/// **Cancellation.** An operation that has not started does not happen. One that has started
/// goes on to its end, only nobody waits for it: there is no calling back what the system does,
/// and to interrupt a thread that uses a [java.nio.channels.FileChannel] would close it. If it
/// was to change a file and fails then, the loop's exception handler hears of it. A
/// [spindle.Runner] waits for it before it closes the loop.
///
/// **Errors** are [java.nio.file.FileSystemException]s, of the JDK's subtypes where there is one
/// such as [java.nio.file.NoSuchFileException]. The message names the path and what was to be
/// done with it. Text is UTF-8; bytes and characters that are not are errors too.
public final class AsyncFiles {
    private AsyncFiles() {}

    // --- Reading ---

    /// Returns a coroutine that reads a whole file. Suspends the calling task.
    ///
    /// It fails with a [FileLimitException] if the file has more than `limit` bytes.
    @CheckReturnValue
    public static Coroutine<byte[]> readAllBytes(Path path, int limit) {
        checkNotNegative("a limit", limit);
        return reading(path, () -> WholeFile.read(path, limit));
    }

    /// Returns a coroutine that reads a whole file of text. Suspends the calling task.
    ///
    /// It fails with a [FileLimitException] if the file has more than `limit` bytes.
    @CheckReturnValue
    public static Coroutine<String> readString(Path path, int limit) {
        checkNotNegative("a limit", limit);
        return reading(path, () -> Utf8.decode(ByteBuffer.wrap(WholeFile.read(path, limit)), 0));
    }

    /// Returns the lines of a file of text, which is opened when the first of them is asked for
    /// and closed after the last one. Who may stop earlier closes them.
    ///
    /// @param limit how many bytes a line has at the most, its end not counted
    public static FileLines lines(Path path, int limit) {
        checkNotNegative("a limit", limit);
        return new FileLines(path, limit);
    }

    // --- Writing ---

    /// Returns a coroutine that writes a whole file: a new one, or over one that is there, which
    /// it makes empty first. Suspends the calling task. The bytes are copied when it starts.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> writeBytes(Path path, byte[] bytes) {
        return copying(path, "write it", bytes, data -> WholeFile.write(path, data));
    }

    /// Writes text as [#writeBytes(Path, byte\[\])] does bytes.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> writeString(Path path, String text) {
        return changing(path, "write it", () -> WholeFile.write(path, Utf8.encode(text)));
    }

    /// Returns a coroutine that writes a whole file beside `path`, has the system put it on the
    /// disk, and then puts it in the place of `path` in one step. Suspends the calling task. Who
    /// reads `path` meanwhile, or after a crash, sees all of the old bytes or all of the new
    /// ones. A file that was there keeps its permissions, and a symbolic link to it goes on to
    /// point to it. If it fails, the file that was there is as it was.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> replaceBytes(Path path, byte[] bytes) {
        return copying(path, "replace it", bytes, data -> WholeFile.replace(path, data));
    }

    /// Writes text as [#replaceBytes(Path, byte\[\])] does bytes.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> replaceString(Path path, String text) {
        return changing(path, "replace it", () -> WholeFile.replace(path, Utf8.encode(text)));
    }

    /// Returns a coroutine that adds to the end of a file, a new one if there is none. Suspends
    /// the calling task. The bytes are copied when it starts.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> appendBytes(Path path, byte[] bytes) {
        return copying(path, "append to it", bytes, data -> WholeFile.append(path, data));
    }

    /// Appends text as [#appendBytes(Path, byte\[\])] does bytes.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> appendString(Path path, String text) {
        return changing(path, "append to it", () -> WholeFile.append(path, Utf8.encode(text)));
    }

    // --- Files that stay open ---

    /// Returns a coroutine that opens a file; close the result. Suspends the calling task.
    /// Cancelled, no open file is left behind.
    ///
    /// @param options as those of [java.nio.channels.FileChannel#open]; none is to read
    @CheckReturnValue
    public static Coroutine<AsyncFile> open(Path path, OpenOption... options) {
        Set<OpenOption> copy =
                options.length == 0 ? Set.of(StandardOpenOption.READ) : Set.of(options.clone());
        return () -> AsyncFile.open(path, copy);
    }

    // --- On the threads ---

    private static <T extends @Nullable Object> Coroutine<T> reading(
            Path path, FileOperation.Body<T> body) {
        return () -> {
            EventLoop loop = EventLoop.current();
            return new FileOperation<>(loop, path, "read it", body)
                    .await(LoopFiles.of(loop).threads());
        };
    }

    private static Coroutine<@Nullable Void> changing(
            Path path, String purpose, FileOperation.Body<@Nullable Void> body) {
        return () -> {
            EventLoop loop = EventLoop.current();
            return FileOperation.changing(loop, path, purpose, body)
                    .await(LoopFiles.of(loop).laneOf(path));
        };
    }

    /// What is to be done with the copy of some bytes.
    @FunctionalInterface
    private interface Writing {
        @Nullable
        Void write(ByteBuffer data) throws IOException;
    }

    private static Coroutine<@Nullable Void> copying(
            Path path, String purpose, byte[] bytes, Writing writing) {
        return () -> {
            ByteBuffer copy = ByteBuffer.wrap(bytes.clone());
            return changing(path, purpose, () -> writing.write(copy)).run();
        };
    }

    static void checkNotNegative(String what, long value) {
        if (value < 0) {
            throw new IllegalArgumentException(
                    "expected " + what + " of at least 0 but got " + value);
        }
    }
}
