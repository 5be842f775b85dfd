package spindle.net.contract;

import org.jspecify.annotations.Nullable;

import spindle.net.Protocol;
import spindle.net.Transport;

import java.nio.ByteBuffer;
import java.util.List;

/// Checks that a transport calls it as it may, and that what it receives is the beginning of a
/// [stream][#streamByte(int, long)]. Writes down whatever is not so.
class CheckedProtocol implements Protocol {
    private final List<String> violations;
    private @Nullable Transport transport;
    private @Nullable Exception failure;
    private int running;
    private boolean paused;
    private boolean ended;
    private boolean lost;
    private int key;
    private long received;

    /// Creates a protocol.
    ///
    /// @param violations to which what is not as it should be is added
    CheckedProtocol(List<String> violations) {
        this.violations = violations;
    }

    /// Returns a byte of the stream that begins with the byte `key`: each position has its own, so
    /// that nothing can be lost, doubled or swapped unseen.
    static byte streamByte(int key, long position) {
        return (byte) (key + 7 * position + (position >> 8));
    }

    Transport transport() {
        if (transport == null) {
            throw new IllegalStateException("connectionMade comes first");
        }
        return transport;
    }

    boolean isMade() {
        return transport != null;
    }

    boolean isLost() {
        return lost;
    }

    long received() {
        return received;
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    void violated(String rule) {
        violations.add(rule);
    }

    // --- What a subclass does ---

    void onData(ByteBuffer data) {}

    void onResume() {}

    void onLost() {}

    // --- The protocol ---

    private void enter(String method) {
        if (running++ > 0 && !method.equals("pauseWriting")) {
            violated(method + " inside another method");
        }
        if (transport == null && !method.equals("connectionMade")) {
            violated(method + " before connectionMade");
        }
        if (lost) {
            violated(method + " after connectionLost");
        }
    }

    @Override
    public void connectionMade(Transport made) {
        enter("connectionMade");
        if (transport != null) {
            violated("connectionMade twice");
        }
        transport = made;
        running--;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        enter("dataReceived");
        if (ended) {
            violated("dataReceived after eofReceived");
        }
        if (!data.hasRemaining()) {
            violated("dataReceived without data");
        }
        check(data.duplicate());
        onData(data);
        running--;
    }

    private void check(ByteBuffer data) {
        while (data.hasRemaining()) {
            byte next = data.get();
            if (received == 0) {
                key = next;
            } else if (next != streamByte(key, received)) {
                violated("another byte than was sent");
                return;
            }
            received++;
        }
    }

    @Override
    public boolean eofReceived() {
        enter("eofReceived");
        if (ended) {
            violated("eofReceived twice");
        }
        ended = true;
        running--;
        return false;
    }

    @Override
    public void connectionLost(@Nullable Exception cause) {
        enter("connectionLost");
        lost = true;
        failure = cause;
        onLost();
        running--;
    }

    @Override
    public void pauseWriting() {
        enter("pauseWriting");
        if (paused) {
            violated("pauseWriting twice");
        }
        paused = true;
        running--;
    }

    @Override
    public void resumeWriting() {
        enter("resumeWriting");
        if (!paused) {
            violated("resumeWriting without pauseWriting");
        }
        paused = false;
        onResume();
        running--;
    }

    boolean isPaused() {
        return paused;
    }
}
