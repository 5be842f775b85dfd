package spindle.http.body;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;

/// An input stream that knows whether it was closed, and whether that came at a bad time.
class TrackedInput extends InputStream {
    private final InputStream data;
    private final AtomicBoolean reading = new AtomicBoolean();
    private volatile boolean closed;
    private volatile boolean closedWhileReading;

    TrackedInput(byte[] data) {
        this.data = new ByteArrayInputStream(data);
    }

    @Override
    public int read() {
        throw new UnsupportedOperationException("expected to be read in pieces");
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        reading.set(true);
        try {
            return readPiece(target, offset, length);
        } finally {
            reading.set(false);
        }
    }

    int readPiece(byte[] target, int offset, int length) throws IOException {
        return data.read(target, offset, length);
    }

    @Override
    public void close() throws IOException {
        closedWhileReading |= reading.get();
        closed = true;
    }

    boolean isClosed() {
        return closed;
    }

    boolean wasClosedWhileReading() {
        return closedWhileReading;
    }

    /// One whose read waits, and takes no notice of interrupts.
    static final class Stuck extends TrackedInput {
        final CountDownLatch entered = new CountDownLatch(1);
        final CountDownLatch release = new CountDownLatch(1);

        Stuck() {
            super(new byte[] {1});
        }

        @Override
        int readPiece(byte[] target, int offset, int length) throws IOException {
            entered.countDown();
            boolean interrupted = true;
            while (interrupted) {
                try {
                    release.await();
                    interrupted = false;
                } catch (InterruptedException ignored) {
                    // As many streams do.
                }
            }
            return super.readPiece(target, offset, length);
        }
    }
}
