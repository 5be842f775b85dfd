package spindle.net;

import java.nio.ByteBuffer;
import java.util.Arrays;

/// Bytes that have arrived and that nobody has taken yet, in one array.
final class ReadAhead {
    private static final int SMALLEST = 1024;

    /// What an empty buffer may go on holding: more is given back, since most connections are idle.
    private static final int LARGEST_KEPT = 16 * 1024;

    private static final byte[] EMPTY = {};

    // fixed at construction
    private final SpareArrays spares;

    // changes while running
    private byte[] bytes = EMPTY;
    private int start;
    private int end;

    ReadAhead(SpareArrays spares) {
        this.spares = spares;
    }

    int size() {
        return end - start;
    }

    boolean isEmpty() {
        return start == end;
    }

    /// Adds a copy of the rest of `data`.
    void add(ByteBuffer data) {
        int count = data.remaining();
        makeRoom(count);
        data.get(bytes, end, count);
        end += count;
    }

    private void makeRoom(int count) {
        if (bytes.length - end >= count) {
            return;
        }
        int size = size();
        int needed = Math.addExact(size, count);
        // Moving costs as much as what is moved: only worth it when that leaves as much room.
        byte[] target = needed <= bytes.length / 2
                ? bytes
                : newArray(Math.max(SMALLEST, Math.max(needed, size + size / 2)));
        System.arraycopy(bytes, start, target, 0, size);
        if (target != bytes) {
            replaceBy(target);
        }
        start = 0;
        end = size;
    }

    private byte[] newArray(int length) {
        return length > LARGEST_KEPT ? spares.take(length) : new byte[length];
    }

    private void replaceBy(byte[] target) {
        if (bytes.length > LARGEST_KEPT) {
            spares.giveBack(bytes);
        }
        bytes = target;
    }

    /// Takes `count` bytes away.
    byte[] take(int count) {
        byte[] taken = Arrays.copyOfRange(bytes, start, start + count);
        drop(count);
        return taken;
    }

    /// Moves as much as both have, and have room for; returns how much that was.
    int moveTo(ByteBuffer target) {
        int count = Math.min(size(), target.remaining());
        target.put(bytes, start, count);
        drop(count);
        return count;
    }

    private void drop(int count) {
        start += count;
        if (start == end) {
            start = 0;
            end = 0;
            if (bytes.length > LARGEST_KEPT) {
                replaceBy(EMPTY);
            }
        }
    }

    /// Returns how many bytes there are up to the end of whichever separator ends first, or -1 if
    /// there is none.
    ///
    /// @param from how many bytes at the beginning no separator ends in
    int indexAfter(byte[][] separators, int from) {
        for (int index = start + from; index < end; index++) {
            for (byte[] separator : separators) {
                if (endsWith(separator, index + 1)) {
                    return index + 1 - start;
                }
            }
        }
        return -1;
    }

    private boolean endsWith(byte[] separator, int to) {
        int first = to - separator.length;
        return first >= start && Arrays.equals(bytes, first, to, separator, 0, separator.length);
    }
}
