package spindle.http.body;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/// The bytes of an input stream, read on another thread, 16 KiB at a time at the most.
///
/// A piece is good until the next one is asked for.
///
/// ```
/// IDLE <-> READING      // on another thread
/// IDLE ----> CLOSED     // close
/// READING -> CLOSED     // the wait was cancelled: the thread closes the stream when it is back
/// ```
///
/// A stream need not bear to be closed by one thread while another one reads. So whoever reads
/// closes it after that, and nobody waits: its `read` may take as long as it likes.
final class InputPieces implements AsyncIterator<ByteBuffer>, AutoCloseable {
    private static final int PIECE_BYTES = 16 * 1024;

    private enum State {
        IDLE,
        READING,
        CLOSED
    }

    // fixed at construction
    private final InputStream input;

    // changes while running
    private final AtomicReference<State> state = new AtomicReference<>(State.IDLE);
    private byte @Nullable [] bytes;

    InputPieces(InputStream input) {
        this.input = input;
    }

    /// As [AsyncIterator#next()] says, but for this: cancelled, it may have taken bytes away, and
    /// must not be asked again.
    @Override
    @CheckReturnValue
    public Coroutine<Optional<ByteBuffer>> next() {
        return () -> {
            byte[] target = bytes == null ? new byte[PIECE_BYTES] : bytes;
            bytes = target;
            int count = Async.await(Async.runBlocking(() -> read(target)));
            return count < 0 ? Optional.empty() : Optional.of(ByteBuffer.wrap(target, 0, count));
        };
    }

    /// Called on another thread.
    private int read(byte[] target) throws IOException {
        if (!state.compareAndSet(State.IDLE, State.READING)) {
            throw new IOException("cannot read an input stream: it is closed");
        }
        try {
            return input.read(target);
        } finally {
            if (!state.compareAndSet(State.READING, State.IDLE)) {
                closeUnheard();
            }
        }
    }

    /// Closes the stream. Suspends the calling task until it is closed, unless a read is still
    /// under way; cancelled, it is closed all the same. Closing twice does nothing.
    @Override
    public void close() throws IOException {
        if (state.compareAndSet(State.READING, State.CLOSED)) {
            return;
        }
        try {
            Async.await(Async.runBlocking(this::closeIdle));
        } catch (IOException | RuntimeException failure) {
            throw failure;
        } catch (Exception impossible) {
            throw new IllegalStateException("closing an input stream failed", impossible);
        } finally {
            discard();
        }
    }

    /// Called on another thread. What if a read that was taken back has just begun all the same?
    /// Then it closes the stream.
    private boolean closeIdle() throws IOException {
        if (state.getAndSet(State.CLOSED) != State.IDLE) {
            return false;
        }
        input.close();
        return true;
    }

    /// Closes the stream on another thread, unless it is closed, and does not wait.
    void discard() {
        if (state.get() != State.CLOSED) {
            Thread.ofVirtual().name("spindle-blocking").start(this::discardIdle);
        }
    }

    private void discardIdle() {
        if (state.getAndSet(State.CLOSED) == State.IDLE) {
            closeUnheard();
        }
    }

    private void closeUnheard() {
        try {
            input.close();
        } catch (IOException unheard) {
            // Nobody wants its bytes any more.
        }
    }
}
