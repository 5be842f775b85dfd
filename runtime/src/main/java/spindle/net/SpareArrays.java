package spindle.net;

import java.util.ArrayDeque;
import java.util.Deque;

/// Large arrays that the readers of a loop lend each other: each needs one only while bytes wait in
/// it. So an idle connection holds none, and a busy one need not have a new one made, and zeroed,
/// for everything that arrives.
final class SpareArrays implements AutoCloseable {
    private static final int MOST = 4;
    private static final int LARGEST = 256 * 1024;

    private final Deque<byte[]> spare = new ArrayDeque<>();

    /// Returns an array of at least that length, whatever is in it.
    byte[] take(int length) {
        byte[] array = spare.poll();
        return array != null && array.length >= length ? array : new byte[length];
    }

    /// Takes an array back, to which nobody else refers any more.
    void giveBack(byte[] array) {
        if (array.length <= LARGEST && spare.size() < MOST) {
            spare.push(array);
        }
    }

    @Override
    public void close() {
        spare.clear();
    }
}
