package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// A sink for something that was announced with a length: takes that many bytes, not one more or
/// less. The peer would take the surplus for something else, or wait for what is missing.
final class CountedSink implements BodySink {
    // fixed at construction
    private final BodySink next;
    private final Object source;
    private final long expected;

    // changes while running
    private long count;

    /// @param source what writes, for errors
    /// @param expected how many bytes it is to write, or -1 if it may write any number
    CountedSink(BodySink next, Object source, long expected) {
        this.next = next;
        this.source = source;
        this.expected = expected;
    }

    @Override
    @CheckReturnValue
    public Coroutine<@Nullable Void> write(ByteBuffer piece) {
        return () -> {
            int size = piece.remaining();
            if (size == 0) {
                return null;
            }
            add(size);
            return Async.await(next.write(piece));
        };
    }

    @Override
    @CheckReturnValue
    public Coroutine<Long> sendFile(FileChannel file, long position, long size) {
        return () -> {
            add(size);
            long sent = Async.await(next.sendFile(file, position, size));
            count -= size - sent;
            return sent;
        };
    }

    /// Refused before it is sent.
    private void add(long size) throws IOException {
        if (expected >= 0 && size > expected - count) {
            throw new IOException("expected a body of " + expected + " bytes but found at least "
                    + (count + size) + " in " + source);
        }
        count += size;
    }

    @Override
    public void trailer(String name, String value) {
        throw new IllegalStateException("the trailer " + name + " cannot be sent: only a request"
                + " has trailers, not what is a part of its body: " + source);
    }

    /// Called when all was written.
    void checkComplete() throws IOException {
        if (expected >= 0 && count < expected) {
            throw new IOException("expected a body of " + expected + " bytes but found only "
                    + count + " in " + source);
        }
    }
}
