package spindle.http.coding;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;

/// Undoes one coding of one body, in steps as large as the caller's buffers.
///
/// What keeps native memory gives it back in [#close()]; after that no other method may be
/// called.
interface Decoding {

    /// Takes from `input` and puts into `output` until the input is used up or the output is
    /// full.
    void decode(ByteBuffer input, ByteBuffer output) throws ContentException;

    /// Says where the body would be cut if it ended here, such as `in the trailer of member
    /// 2`; null if this is where it may end. Asked only when all output was fetched.
    @Nullable
    String unfinished();

    void close();

    /// Copies as much as there is, or as there is room for.
    static void move(ByteBuffer from, ByteBuffer to) {
        int size = Math.min(from.remaining(), to.remaining());
        to.put(to.position(), from, from.position(), size);
        from.position(from.position() + size);
        to.position(to.position() + size);
    }

    /// Returns a byte for a message, such as `0x1f`.
    static String hex(int value) {
        return String.format("0x%02x", value & 0xff);
    }
}
