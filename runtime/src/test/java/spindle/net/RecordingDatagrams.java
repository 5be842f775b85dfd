package spindle.net;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/// Writes down what a datagram transport calls.
class RecordingDatagrams implements DatagramProtocol {
    final List<String> events = new ArrayList<>();
    final List<InetSocketAddress> senders = new ArrayList<>();
    final List<IOException> errors = new ArrayList<>();

    private final EventLoop loop = EventLoop.current();
    private @Nullable DatagramTransport transport;
    private @Nullable Exception failure;
    private @Nullable Future<@Nullable Void> change;

    DatagramTransport transport() {
        return Objects.requireNonNull(transport, "connectionMade comes first");
    }

    @Nullable
    Exception failure() {
        return failure;
    }

    static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    /// Waits until a condition holds, looking at it after every event.
    Coroutine<@Nullable Void> until(BooleanSupplier condition) {
        return () -> {
            while (!condition.getAsBoolean()) {
                Future<@Nullable Void> next = loop.createFuture();
                change = next;
                await(next);
            }
            return null;
        };
    }

    Coroutine<@Nullable Void> untilEvents(int count) {
        return until(() -> events.size() >= count);
    }

    private void record(String event) {
        events.add(event);
        if (change != null && !change.isDone()) {
            change.setResult(null);
        }
    }

    @Override
    public void connectionMade(DatagramTransport made) {
        transport = made;
        record("connectionMade");
    }

    @Override
    public void datagramReceived(ByteBuffer data, InetSocketAddress sender) {
        senders.add(sender);
        record("received " + StandardCharsets.US_ASCII.decode(data));
    }

    @Override
    public void errorReceived(IOException error) {
        errors.add(error);
        record("error");
    }

    @Override
    public void connectionLost(@Nullable Exception lost) {
        failure = lost;
        record("connectionLost");
    }

    @Override
    public void pauseWriting() {
        record("pauseWriting");
    }

    @Override
    public void resumeWriting() {
        record("resumeWriting");
    }
}
