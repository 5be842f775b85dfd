package spindle.http;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Collects a body. Grows with what arrives, never with what a header announces: that is the
/// peer's word alone.
final class BodyBuffer {
    private static final byte[] EMPTY = new byte[0];

    private byte[] bytes = EMPTY;
    private int size;

    void append(ByteBuffer data) {
        int count = data.remaining();
        if (bytes.length - size < count) {
            grow(count);
        }
        data.get(bytes, size, count);
        size += count;
    }

    /// A body that arrives at once, as most do, gets an array of just its size, and is never
    /// copied again.
    private void grow(int count) {
        int needed = Math.addExact(size, count);
        bytes = Arrays.copyOf(
                bytes,
                size == 0
                        ? needed
                        : (int) Math.max(
                                needed, Math.min(Integer.MAX_VALUE - 8L, 2L * bytes.length)));
    }

    int size() {
        return size;
    }

    /// Returns what was collected; collecting goes on.
    byte[] toBytes() {
        return bytes.length == size ? bytes : Arrays.copyOf(bytes, size);
    }

    /// Returns what was collected, which is the caller's from now on.
    ByteBuffer take() {
        ByteBuffer taken = ByteBuffer.wrap(bytes, 0, size);
        bytes = EMPTY;
        size = 0;
        return taken;
    }
}
