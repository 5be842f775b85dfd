package spindle.files;

import static java.nio.file.StandardOpenOption.APPEND;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;

/// Reads and writes files as a whole. Called on threads that may wait.
final class WholeFile {
    private static final int FIRST_BYTES = 8 * 1024;

    private WholeFile() {}

    // --- Reading ---

    /// The size that the system says is where to begin: files that grow meanwhile have more, and
    /// those that the system makes up say 0.
    static byte[] read(Path path, int limit) throws IOException {
        try (FileChannel channel = ChannelBytes.open(path, Set.of(READ))) {
            long size = channel.size();
            if (size > limit) {
                throw new FileLimitException(path, "it has " + size + " bytes", size, limit);
            }
            return readToEnd(channel, path, new byte[(int) size], limit);
        }
    }

    private static byte[] readToEnd(FileChannel channel, Path path, byte[] first, int limit)
            throws IOException {
        byte[] bytes = first;
        int count = 0;
        while (true) {
            if (count == bytes.length) {
                byte[] next = new byte[1];
                if (ChannelBytes.read(channel, next, 0) < 0) {
                    return bytes;
                }
                if (count == limit) {
                    throw new FileLimitException(
                            path, "it has more than " + count + " bytes", count + 1L, limit);
                }
                bytes = Arrays.copyOf(bytes, grown(count, limit));
                bytes[count++] = next[0];
            } else {
                int read = ChannelBytes.read(channel, bytes, count);
                if (read < 0) {
                    return Arrays.copyOf(bytes, count);
                }
                count += read;
            }
        }
    }

    private static int grown(int length, int limit) {
        return (int) Math.min(limit, Math.max(FIRST_BYTES, 2L * length));
    }

    // --- Writing ---

    static @Nullable Void write(Path path, ByteBuffer data) throws IOException {
        return write(path, data, WRITE, CREATE, TRUNCATE_EXISTING);
    }

    static @Nullable Void append(Path path, ByteBuffer data) throws IOException {
        return write(path, data, APPEND, CREATE);
    }

    private static @Nullable Void write(Path path, ByteBuffer data, OpenOption... options)
            throws IOException {
        try (FileChannel channel = ChannelBytes.open(path, Set.of(options))) {
            ChannelBytes.write(channel, data);
            return null;
        }
    }

    // --- Replacing ---

    static @Nullable Void replace(Path path, ByteBuffer data) throws IOException {
        Path target = Files.exists(path) ? path.toRealPath() : path;
        if (Files.isDirectory(target)) {
            throw new FileSystemException(path.toString(), null, "it is a directory");
        }
        Path beside = target.resolveSibling(".spindle-" + UUID.randomUUID());
        try {
            try (FileChannel channel = FileChannel.open(beside, WRITE, CREATE_NEW)) {
                copyPermissions(target, beside);
                ChannelBytes.write(channel, data);
                channel.force(true);
            }
            Files.move(beside, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException | RuntimeException | Error failure) {
            deleteAfter(failure, beside);
            throw failure;
        }
        return null;
    }

    private static void deleteAfter(Throwable failure, Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException another) {
            failure.addSuppressed(another);
        }
    }

    private static void copyPermissions(Path from, Path to) throws IOException {
        PosixFileAttributeView target =
                Files.getFileAttributeView(to, PosixFileAttributeView.class);
        if (target != null && Files.exists(from)) {
            target.setPermissions(Files.getPosixFilePermissions(from));
        }
    }
}
