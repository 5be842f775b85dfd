package spindle.http.body;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/// A sink that remembers what it was given. It may be slow, or fail.
///
/// A slow one looks at a piece only at the end of the wait: a body that touches it before sends
/// something else.
final class RecordingSink implements BodySink {
    private static final int NEVER = -1;

    // fixed at construction
    private final int turns;
    private final int failingAt;

    // changes while running
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> sizes = new ArrayList<>();
    private final List<String> trailers = new ArrayList<>();
    private int operations;

    RecordingSink() {
        this(0, NEVER);
    }

    private RecordingSink(int turns, int failingAt) {
        this.turns = turns;
        this.failingAt = failingAt;
    }

    /// Returns a sink whose every operation takes a few turns of the loop.
    static RecordingSink slow() {
        return new RecordingSink(3, NEVER);
    }

    /// Returns a sink whose operation number `index` fails, counted from 0.
    static RecordingSink failingAt(int index) {
        return new RecordingSink(1, index);
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    /// Returns how many bytes each operation sent.
    List<Integer> sizes() {
        return sizes;
    }

    List<String> trailers() {
        return trailers;
    }

    int operations() {
        return operations;
    }

    private void begin() throws IOException {
        int index = operations++;
        for (int i = 0; i < turns; i++) {
            Async.yieldNow();
        }
        if (index == failingAt) {
            throw new IOException("the connection ended in operation " + index);
        }
    }

    @Override
    public Coroutine<@Nullable Void> write(ByteBuffer piece) {
        return () -> {
            begin();
            byte[] taken = new byte[piece.remaining()];
            piece.get(taken);
            take(taken);
            return null;
        };
    }

    @Override
    public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
        return () -> {
            begin();
            ByteBuffer part = ByteBuffer.allocate((int) count);
            await(Async.runBlocking(() -> {
                while (part.hasRemaining() && file.read(part, position + part.position()) >= 0) {
                    // The rest may come with the next read.
                }
                return true;
            }));
            byte[] taken = new byte[part.flip().remaining()];
            part.get(taken);
            take(taken);
            return (long) taken.length;
        };
    }

    private void take(byte[] taken) {
        bytes.writeBytes(taken);
        sizes.add(taken.length);
    }

    @Override
    public void trailer(String name, String value) {
        trailers.add(name + ": " + value);
    }
}
