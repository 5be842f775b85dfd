package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.IntUnaryOperator;

/// A connection in memory, between two ends of one loop. It delivers bytes in pieces of the test's
/// choice, one piece a turn, so it needs no channel and no time.
final class Wire {
    final End left = new End(1);
    final End right = new End(2);

    private final EventLoop loop = EventLoop.current();

    private final IntUnaryOperator pieces;

    /// @param pieces from how many bytes wait to how many come next
    Wire(IntUnaryOperator pieces) {
        this.pieces = pieces;
        left.peer = right;
        right.peer = left;
    }

    /// All that waits comes in one piece.
    static Wire whole() {
        return new Wire(waiting -> waiting);
    }

    /// No piece is longer than `bytes`.
    static Wire inPiecesOf(int bytes) {
        return new Wire(waiting -> Math.min(bytes, waiting));
    }

    /// The only cut in each run of bytes that waits is after its first `bytes`.
    static Wire cutAfter(int bytes) {
        return new Wire(waiting -> waiting > bytes ? bytes : waiting);
    }

    /// One end of it.
    final class End implements Transport {
        /// All that was ever written.
        final ByteArrayOutputStream sent = new ByteArrayOutputStream();

        private final InetSocketAddress address;
        private @Nullable End peer;
        private Protocol protocol = new Protocol() {};
        private ByteArrayOutputStream queue = new ByteArrayOutputStream();
        private int high = 64 * 1024;
        private int low = 16 * 1024;
        private long writes;
        private boolean pumping;
        private boolean readingPaused;
        private boolean writingPaused;
        private boolean eofWritten;
        private boolean eofDelivered;
        private boolean closing;
        private boolean lost;
        private boolean over;

        private End(int port) {
            address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        }

        private End peer() {
            if (peer == null) {
                throw new IllegalStateException("set by the wire's constructor");
            }
            return peer;
        }

        /// Returns whether its protocol has heard of its end.
        boolean isOver() {
            return over;
        }

        long writes() {
            return writes;
        }

        @Override
        public void write(ByteBuffer data) {
            if (closing || lost || !data.hasRemaining()) {
                return;
            }
            writes++;
            byte[] bytes = new byte[data.remaining()];
            data.get(bytes);
            queue.writeBytes(bytes);
            sent.writeBytes(bytes);
            pumpSoon();
            if (!writingPaused && queue.size() > high) {
                writingPaused = true;
                protocol.pauseWriting();
            }
        }

        private void pumpSoon() {
            if (!pumping && !lost) {
                pumping = true;
                loop.callSoon(() -> {
                    pumping = false;
                    pump();
                });
            }
        }

        private void pump() {
            if (lost || (peer().readingPaused && !peer().closing)) {
                return;
            }
            if (queue.size() > 0) {
                byte[] all = queue.toByteArray();
                int count = pieces.applyAsInt(all.length);
                queue = new ByteArrayOutputStream();
                queue.write(all, count, all.length - count);
                if (!peer().closing) {
                    byte[] piece = Arrays.copyOf(all, count);
                    peer().protocol.dataReceived(ByteBuffer.wrap(piece));
                }
                pumpSoon();
                resumeIfLow();
            } else if ((eofWritten || closing) && !eofDelivered) {
                eofDelivered = true;
                peer().peerEnded();
                if (closing) {
                    lose(null);
                }
            } else if (closing) {
                lose(null);
            }
        }

        private void resumeIfLow() {
            if (writingPaused && queue.size() <= low) {
                writingPaused = false;
                protocol.resumeWriting();
            }
        }

        private void peerEnded() {
            if (!closing && !lost && !protocol.eofReceived()) {
                close();
            }
        }

        /// Breaks the connection at this end, as a reset does.
        void lose(@Nullable Exception failure) {
            if (lost) {
                return;
            }
            lost = true;
            closing = true;
            queue = new ByteArrayOutputStream();
            peer().pumpSoon();
            loop.callSoon(() -> {
                over = true;
                protocol.connectionLost(failure);
            });
        }

        @Override
        public void writeEof() {
            eofWritten = true;
            pumpSoon();
        }

        @Override
        public void close() {
            closing = true;
            pumpSoon();
            peer().pumpSoon();
        }

        @Override
        public void abort() {
            if (!lost) {
                lose(null);
                loop.callSoon(peer()::peerEnded);
            }
        }

        @Override
        public boolean isClosing() {
            return closing;
        }

        @Override
        public void pauseReading() {
            readingPaused = true;
        }

        @Override
        public void resumeReading() {
            readingPaused = false;
            peer().pumpSoon();
        }

        @Override
        public void readNow() {
            peer().pump();
        }

        @Override
        public void setWriteBufferLimits(int high, int low) {
            this.high = high;
            this.low = low;
            if (!writingPaused && queue.size() > high) {
                writingPaused = true;
                protocol.pauseWriting();
            }
            resumeIfLow();
        }

        @Override
        public long writeBufferSize() {
            return queue.size();
        }

        @Override
        public Protocol protocol() {
            return protocol;
        }

        @Override
        public void setProtocol(Protocol protocol) {
            this.protocol = protocol;
        }

        @Override
        public SocketAddress localAddress() {
            return address;
        }

        @Override
        public SocketAddress remoteAddress() {
            return peer().address;
        }

        @Override
        public TransportCounters counters() {
            return new TransportCounters(0, sent.size(), 0, writes);
        }

        @Override
        public String toString() {
            return "<Wire's end " + address + ">";
        }
    }
}
