package spindle.demos;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.TimerHandle;
import spindle.net.Protocol;
import spindle.net.Transport;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.Objects;

/// One connection of the slow server: requests in, one answer after another out.
///
/// ```
/// READING   -> ANSWERING   // a request has arrived whole
/// ANSWERING -> READING     // the delay is over; the next request may be here already (pipelining)
/// any       -> LEAVING     // the last answer is written: what still comes in is dropped
/// ```
///
/// LEAVING is there because a socket that is closed with unread input resets the connection, and
/// the reset can overtake the answer. So we end our side only, and wait a moment for the peer's.
final class SlowConnection implements Protocol {
    /// How long a request's head may be.
    static final int LONGEST_HEAD = 8 * 1024;

    private static final Duration LONGEST_LEAVING = Duration.ofSeconds(1);
    private static final int USUAL_HEAD = 256;

    // fixed at construction
    private final EventLoop loop;
    private final long delayNanos;
    private final Runnable delayOver = this::delayOver;

    // changes while running
    private @Nullable Transport transport;

    /// What has arrived and was not answered yet: the first `length` bytes.
    private byte[] input = new byte[USUAL_HEAD];

    private int length;

    /// No end of a head begins before this index.
    private int searched;

    /// Present in ANSWERING: the answer, and the timer until it is due.
    private @Nullable SlowAnswer due;

    /// In ANSWERING the delay, in LEAVING the time for the peer to leave as well.
    private @Nullable TimerHandle timer;

    private boolean peerEnded;
    private boolean leaving;

    SlowConnection(EventLoop loop, Duration delay) {
        this.loop = loop;
        this.delayNanos = delay.toNanos();
    }

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
    }

    private Transport transport() {
        return Objects.requireNonNull(transport, "connectionMade comes first");
    }

    // --- Reading ---

    @Override
    public void dataReceived(ByteBuffer data) {
        if (leaving) {
            return;
        }
        append(data);
        if (due == null) {
            takeRequest();
        } else if (length > LONGEST_HEAD) {
            // Enough of requests in advance: the rest waits in the system.
            transport().pauseReading();
        }
    }

    private void append(ByteBuffer data) {
        int count = data.remaining();
        if (length + count > input.length) {
            input = Arrays.copyOf(input, Math.max(2 * input.length, length + count));
        }
        data.get(input, length, count);
        length += count;
    }

    /// Goes on to ANSWERING if there is a whole request.
    private void takeRequest() {
        int end = endOfHead();
        if (end > LONGEST_HEAD || (end < 0 && length > LONGEST_HEAD)) {
            leave(SlowAnswer.HEAD_TOO_LARGE);
        } else if (end >= 0) {
            SlowAnswer answer = SlowAnswer.to(new String(input, 0, end, ISO_8859_1));
            drop(end);
            answer(answer);
        } else if (peerEnded) {
            transport().close();
        }
    }

    /// Returns the index after the first empty line, or -1.
    private int endOfHead() {
        for (int i = searched; i + 3 < length; i++) {
            if (input[i] == '\r'
                    && input[i + 1] == '\n'
                    && input[i + 2] == '\r'
                    && input[i + 3] == '\n') {
                return i + 4;
            }
        }
        searched = Math.max(0, length - 3);
        return -1;
    }

    private void drop(int count) {
        length -= count;
        System.arraycopy(input, count, input, 0, length);
        searched = 0;
    }

    /// A peer may end its side after its last request and still wait for the answer.
    @Override
    public boolean eofReceived() {
        peerEnded = true;
        return due != null;
    }

    // --- Answering ---

    private void answer(SlowAnswer answer) {
        if (answer.isRefusal()) {
            leave(answer);
        } else {
            due = answer;
            timer = loop.callAt(loop.time() + delayNanos, delayOver);
        }
    }

    private void delayOver() {
        SlowAnswer answer = Objects.requireNonNull(due, "the timer runs in ANSWERING only");
        due = null;
        if (answer.isLast()) {
            leave(answer);
            return;
        }
        transport().write(answer.bytes());
        transport().resumeReading();
        takeRequest();
    }

    private void leave(SlowAnswer answer) {
        Transport transport = transport();
        transport.write(answer.bytes());
        if (peerEnded) {
            transport.close();
            return;
        }
        leaving = true;
        input = new byte[0];
        transport.writeEof();
        transport.resumeReading();
        timer = loop.callLater(LONGEST_LEAVING, transport::abort);
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
