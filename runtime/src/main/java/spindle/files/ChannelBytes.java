package spindle.files;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.util.Set;

/// Opens channels, and moves bytes to and from them. Called on threads that may wait.
final class ChannelBytes {
    /// The JDK keeps, for each thread, a buffer outside the heap that is as large as the largest
    /// piece that it ever read or wrote.
    private static final int MOST_AT_ONCE = 128 * 1024;

    private ChannelBytes() {}

    /// The system opens directories too, and only reading them fails.
    static FileChannel open(Path path, Set<? extends OpenOption> options) throws IOException {
        FileChannel channel = FileChannel.open(path, options);
        if (Files.isDirectory(path)) {
            channel.close();
            throw new FileSystemException(path.toString(), null, "it is a directory");
        }
        return channel;
    }

    /// Reads once, from where the channel is; returns how many bytes, -1 at the end.
    static int read(FileChannel channel, byte[] target, int from) throws IOException {
        int most = Math.min(target.length - from, MOST_AT_ONCE);
        return channel.read(ByteBuffer.wrap(target, from, most));
    }

    /// Reads until the target is full or the file ends.
    static void readAt(FileChannel channel, long position, ByteBuffer target) throws IOException {
        ByteBuffer piece = target.slice();
        int count = 0;
        while (count >= 0 && piece.position() < piece.capacity()) {
            piece.limit(Math.min(piece.position() + MOST_AT_ONCE, piece.capacity()));
            count = channel.read(piece, position + piece.position());
        }
        target.position(target.position() + piece.position());
    }

    /// Writes all of it, at where the channel is.
    static void write(FileChannel channel, ByteBuffer data) throws IOException {
        ByteBuffer piece = data.slice();
        while (piece.position() < piece.capacity()) {
            piece.limit(Math.min(piece.position() + MOST_AT_ONCE, piece.capacity()));
            channel.write(piece);
        }
    }

    /// Writes all of it.
    static void writeAt(FileChannel channel, long position, ByteBuffer data) throws IOException {
        ByteBuffer piece = data.slice();
        while (piece.position() < piece.capacity()) {
            piece.limit(Math.min(piece.position() + MOST_AT_ONCE, piece.capacity()));
            channel.write(piece, position + piece.position());
        }
    }
}
