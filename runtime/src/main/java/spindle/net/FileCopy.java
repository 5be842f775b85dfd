package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;

/// Sends a file over any transport: reads a piece on another thread, writes it, and waits for
/// the peer to keep up.
///
/// Only a transport's protocol is told when to wait. So for as long as it takes, there is one
/// between the two, which hands on whatever it is told.
final class FileCopy {
    private static final int PIECE_BYTES = 64 * 1024;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    private FileCopy() {}

    static Coroutine<Long> to(Transport transport, FileChannel file, long position, long count) {
        return () -> {
            awaitEmptyQueue(transport);
            Protocol before = transport.protocol();
            Listening listening = Listening.before(before);
            transport.setProtocol(listening);
            try {
                return copy(transport, listening, file, position, count);
            } finally {
                if (transport.protocol() == listening) {
                    transport.setProtocol(before);
                }
            }
        };
    }

    /// What if the protocol was told to pause before we listen? Nothing says so, but then
    /// something is queued.
    private static void awaitEmptyQueue(Transport transport) throws Exception {
        while (transport.writeBufferSize() > 0 && !transport.isClosing()) {
            Async.await(Async.sleep(BETWEEN_LOOKS));
        }
    }

    private static long copy(
            Transport transport, Listening listening, FileChannel file, long position, long count)
            throws Exception {
        long sent = 0;
        ByteBuffer piece = ByteBuffer.allocate((int) Math.min(PIECE_BYTES, count));
        while (sent < count) {
            long from = position + sent;
            piece.clear().limit((int) Math.min(PIECE_BYTES, count - sent));
            int read = read(file, piece, from).countOr(file, sent);
            if (read < 0) {
                break;
            }
            listening.awaitRoom();
            if (transport.isClosing()) {
                throw listening.failure(sent);
            }
            transport.write(piece.flip());
            sent += read;
        }
        listening.awaitRoom();
        return sent;
    }

    /// Cancelling this does not interrupt the thread that reads: that would close the file.
    private static Reading read(FileChannel file, ByteBuffer piece, long from) throws Exception {
        return Async.await(Async.shield(Async.runBlocking(() -> {
            try {
                return new Reading(file.read(piece, from), null);
            } catch (IOException failure) {
                return new Reading(0, failure);
            }
        })));
    }

    /// What came of reading a piece.
    private record Reading(int count, @Nullable IOException failure) {
        int countOr(FileChannel file, long sent) throws SendFileException {
            if (failure == null) {
                return count;
            }
            String why =
                    file.isOpen() ? String.valueOf(failure.getMessage()) : "the file is closed";
            throw new SendFileException(why, sent, failure);
        }
    }

    /// Hears when to pause, and hands everything on.
    private static class Listening implements Protocol {
        final Protocol next;
        private final EventLoop loop = EventLoop.current();
        private boolean paused;
        private boolean lost;
        private @Nullable Exception cause;
        private @Nullable Future<@Nullable Void> waiter;

        Listening(Protocol next) {
            this.next = next;
        }

        static Listening before(Protocol next) {
            return next instanceof BufferedProtocol buffered
                    ? new BufferedListening(buffered)
                    : new Listening(next);
        }

        void awaitRoom() throws Exception {
            while (paused && !lost) {
                Future<@Nullable Void> room = loop.createFuture(this);
                waiter = room;
                Async.await(room);
            }
        }

        SendFileException failure(long sent) {
            String why =
                    cause == null ? "the connection is closed" : String.valueOf(cause.getMessage());
            return new SendFileException(why, sent, cause);
        }

        private void wake() {
            if (waiter != null && !waiter.isDone()) {
                waiter.setResult(null);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            next.dataReceived(data);
        }

        @Override
        public boolean eofReceived() {
            return next.eofReceived();
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            lost = true;
            cause = failure;
            if (!loop.isClosed()) {
                wake();
            }
            next.connectionLost(failure);
        }

        @Override
        public void pauseWriting() {
            paused = true;
            next.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            paused = false;
            wake();
            next.resumeWriting();
        }
    }

    /// The same before a protocol that brings its own buffer.
    private static final class BufferedListening extends Listening implements BufferedProtocol {
        private final BufferedProtocol buffered;

        BufferedListening(BufferedProtocol next) {
            super(next);
            this.buffered = next;
        }

        @Override
        public ByteBuffer buffer() {
            return buffered.buffer();
        }

        @Override
        public void bufferUpdated(int count) {
            buffered.bufferUpdated(count);
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            next.dataReceived(data);
        }
    }
}
