package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;

/// Sends to a peer, no faster than it reads.
///
/// ```java
/// await(writer.write("hello\n"));
/// ```
///
/// Awaiting a write takes the bytes over and, if the peer is behind, waits until it has caught up:
/// so a program that awaits its writes holds no more than the transport's watermark in memory.
/// Several tasks may write; the bytes of one write stay together.
///
/// Once the connection is over, writes fail with what ended it.
public final class StreamWriter {
    // fixed at construction
    private final EventLoop loop;
    private final StreamOptions options;
    private final Transport transport;

    // changes while running
    private int highWater = 64 * 1024;
    private int lowWater = 16 * 1024;
    private int flushes;
    private final List<Future<@Nullable Void>> waiters = new ArrayList<>();
    private boolean paused;
    private boolean over;
    private @Nullable Exception failure;

    StreamWriter(EventLoop loop, StreamOptions options, Transport transport) {
        this.loop = loop;
        this.options = options;
        this.transport = transport;
    }

    // --- Writing ---

    /// Returns a coroutine that sends the rest of a buffer, which is the caller's again when it has
    /// been called, and waits while the peer is too far behind. Suspends the calling task then;
    /// cancelled while it waits, the bytes are on their way all the same.
    ///
    /// It fails with an [IOException] if the connection is over or closing.
    @CheckReturnValue
    public Coroutine<@Nullable Void> write(ByteBuffer data) {
        return () -> {
            checkOpen();
            transport.write(data);
            return awaitRoom();
        };
    }

    /// Sends bytes, as [#write(ByteBuffer)].
    @CheckReturnValue
    public Coroutine<@Nullable Void> write(byte[] data) {
        return () -> write(ByteBuffer.wrap(data)).run();
    }

    /// Sends a string in the charset of the [StreamOptions], as [#write(ByteBuffer)].
    @CheckReturnValue
    public Coroutine<@Nullable Void> write(String text) {
        return () -> write(options.charset().encode(text)).run();
    }

    /// Sends several pieces as one, as [#write(ByteBuffer)].
    @CheckReturnValue
    public Coroutine<@Nullable Void> writeAll(ByteBuffer... pieces) {
        return () -> {
            checkOpen();
            transport.writeAll(pieces);
            return awaitRoom();
        };
    }

    /// Returns a coroutine that sends a part of a file, as [Transport#sendFile] does: after
    /// what was written before.
    @CheckReturnValue
    public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
        Coroutine<Long> sending = transport.sendFile(file, position, count);
        return () -> {
            checkOpen();
            return sending.run();
        };
    }

    /// Returns a coroutine that waits until the system has taken everything that was written.
    /// Suspends the calling task.
    ///
    /// It fails with an [IOException] if the connection breaks before.
    @CheckReturnValue
    public Coroutine<@Nullable Void> flush() {
        return () -> {
            // A transport tells when what waits has fallen to the low mark: so that is made zero.
            flushes++;
            transport.setWriteBufferLimits(0, 0);
            try {
                while (transport.writeBufferSize() > 0 && !over) {
                    awaitEvent();
                }
            } finally {
                flushes--;
                applyLimits();
            }
            checkNotBroken();
            return null;
        };
    }

    /// Sets how much may wait to be sent before a write has to wait, and how far that must fall
    /// before it goes on, in bytes: see [Transport#setWriteBufferLimits].
    public void setBufferLimits(int high, int low) {
        if (flushes == 0) {
            transport.setWriteBufferLimits(high, low); // Checks them.
        }
        highWater = high;
        lowWater = low;
    }

    private void applyLimits() {
        if (flushes == 0) {
            transport.setWriteBufferLimits(highWater, lowWater);
        }
    }

    /// Says to the peer that nothing more will be sent. Reading goes on.
    public void writeEof() {
        transport.writeEof();
    }

    private void checkOpen() throws IOException {
        checkNotBroken();
        if (over || transport.isClosing()) {
            throw new IOException("cannot write: the connection is closed: " + transport);
        }
    }

    private void checkNotBroken() throws IOException {
        if (failure != null) {
            throw new IOException("the connection is broken: " + failure.getMessage(), failure);
        }
    }

    // --- Closing ---

    /// Closes the connection once everything is sent. Does not wait for that: see
    /// [#waitClosed()].
    public void close() {
        transport.close();
    }

    /// Closes the connection at once and drops what was not sent.
    public void abort() {
        transport.abort();
    }

    /// Returns whether the connection is closing or closed.
    public boolean isClosing() {
        return over || transport.isClosing();
    }

    /// Returns whether the connection broke.
    boolean isBroken() {
        return failure != null;
    }

    /// Returns a coroutine that waits until the connection is over. Suspends the calling task.
    ///
    /// It fails with an [IOException] if the connection broke.
    @CheckReturnValue
    public Coroutine<@Nullable Void> waitClosed() {
        return () -> {
            while (!over) {
                awaitEvent();
            }
            checkNotBroken();
            return null;
        };
    }

    /// Returns what it writes to.
    public Transport transport() {
        return transport;
    }

    // --- Waiting ---

    private @Nullable Void awaitRoom() throws Exception {
        while (paused && !over) {
            awaitEvent();
        }
        checkNotBroken();
        return null;
    }

    private void awaitEvent() throws Exception {
        Future<@Nullable Void> event = loop.createFuture(this);
        waiters.add(event);
        try {
            Async.await(event);
        } finally {
            waiters.remove(event);
        }
    }

    private void wakeAll() {
        for (Future<@Nullable Void> waiter : waiters) {
            if (!waiter.isDone()) {
                waiter.setResult(null);
            }
        }
    }

    // --- Told by the protocol ---

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
        wakeAll();
    }

    void end(@Nullable Exception cause) {
        over = true;
        failure = cause;
        if (!loop.isClosed()) {
            wakeAll();
        }
    }

    /// Returns a form such as `<StreamWriter <Transport open …>>`.
    @Override
    public String toString() {
        return "<StreamWriter " + (paused ? "paused " : "") + transport + ">";
    }
}
