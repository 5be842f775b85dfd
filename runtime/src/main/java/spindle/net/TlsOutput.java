package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.Handle;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

import javax.net.ssl.SSLException;

/// The sending half of a [TlsTransport]: encrypts what is written and passes it on.
///
/// The first write of a turn goes out at once; what is written after it in the same turn is
/// gathered, so that a thousand small writes make one record. What is encrypted waits in the
/// transport below, and nowhere else.
final class TlsOutput {
    /// As much as fits in one record.
    private static final int GATHERED_BYTES = 16 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final Transport lower;
    private final TlsRecords records;
    private final Consumer<Exception> failed;

    // changes while running
    private long bytesSent;
    private long writes;

    /// What was written in this turn after the first write.
    private @Nullable ByteBuffer gathered;

    /// The end of this turn's gathering; null if the next write goes out at once.
    private @Nullable Handle gathering;

    /// True while something is encrypted: nobody is told then that writing is to pause.
    private boolean encrypting;

    /// @param failed called if the engine fails
    TlsOutput(EventLoop loop, Transport lower, TlsRecords records, Consumer<Exception> failed) {
        this.loop = loop;
        this.lower = lower;
        this.records = records;
        this.failed = failed;
    }

    void write(ByteBuffer[] pieces) {
        long total = 0;
        for (ByteBuffer piece : pieces) {
            total += piece.remaining();
        }
        if (total == 0) {
            return;
        }
        bytesSent += total;
        if (gathering != null) {
            gather(pieces, total);
            return;
        }
        gathering = loop.callSoon(() -> {
            gathering = null;
            flush();
        });
        encrypt(pieces);
    }

    /// Adds to what goes out at the end of the turn, or sends all if it is more than a record.
    private void gather(ByteBuffer[] pieces, long total) {
        if (gatheredBytes() + total > GATHERED_BYTES) {
            encrypt(behindGathered(pieces));
            return;
        }
        int size = gatheredBytes() + (int) total;
        if (gathered == null || gathered.capacity() < size) {
            ByteBuffer larger = ByteBuffer.allocate(Math.clamp(2L * size, 512, GATHERED_BYTES));
            gathered = gathered == null ? larger : larger.put(gathered.flip());
        }
        for (ByteBuffer piece : pieces) {
            gathered.put(piece);
        }
    }

    /// Sends what was gathered.
    void flush() {
        if (gathered != null) {
            encrypt(behindGathered());
        }
    }

    private ByteBuffer[] behindGathered(ByteBuffer... pieces) {
        if (gathered == null) {
            return pieces;
        }
        ByteBuffer[] all = new ByteBuffer[pieces.length + 1];
        all[0] = gathered.flip();
        System.arraycopy(pieces, 0, all, 1, pieces.length);
        gathered = null;
        return all;
    }

    private void encrypt(ByteBuffer[] plain) {
        encrypting = true;
        try {
            records.encrypt(plain, this::send);
        } catch (SSLException | RuntimeException failure) {
            failed.accept(failure);
        } finally {
            encrypting = false;
        }
    }

    private void send(ByteBuffer encrypted) {
        writes++;
        lower.write(encrypted);
    }

    /// Sends what the engine itself has to say. Returns whether there was anything.
    boolean sendOwn() throws SSLException {
        return records.encryptOwn(lower::write);
    }

    /// Sends `close_notify`, after all that was written. Twice does nothing.
    void sendClose() throws SSLException {
        flush();
        records.engine().closeOutbound();
        sendOwn();
    }

    /// Drops what was not sent.
    void drop() {
        gathered = null;
        if (gathering != null) {
            gathering.cancel();
            gathering = null;
        }
    }

    boolean isEncrypting() {
        return encrypting;
    }

    int gatheredBytes() {
        return gathered == null ? 0 : gathered.position();
    }

    long bytesSent() {
        return bytesSent;
    }

    long writes() {
        return writes;
    }
}
