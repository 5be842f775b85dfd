package spindle.net;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;

/// Writes down what a transport calls. Calls of `dataReceived` in a row are one event, since
/// nobody promises how many they are.
public class RecordingProtocol implements Protocol {
    public final List<String> events = new ArrayList<>();
    public final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private final EventLoop loop = EventLoop.current();
    private @Nullable Transport transport;
    private @Nullable Exception failure;
    private @Nullable Future<@Nullable Void> change;

    public Transport transport() {
        return Objects.requireNonNull(transport, "connectionMade comes first");
    }

    public String receivedText() {
        return received.toString(StandardCharsets.ISO_8859_1);
    }

    /// Returns what `connectionLost` was given.
    public @Nullable Exception failure() {
        return failure;
    }

    public void write(String text) {
        write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    public void write(byte[] bytes) {
        transport().write(ByteBuffer.wrap(bytes));
    }

    // --- Waiting for events ---

    /// Waits until a condition holds, looking at it after every event.
    public Coroutine<@Nullable Void> until(BooleanSupplier condition) {
        return () -> {
            while (!condition.getAsBoolean()) {
                Future<@Nullable Void> next = loop.createFuture();
                change = next;
                await(next);
            }
            return null;
        };
    }

    public Coroutine<@Nullable Void> untilEvent(String event) {
        return until(() -> events.contains(event));
    }

    public Coroutine<@Nullable Void> untilReceived(long bytes) {
        return until(() -> received.size() >= bytes);
    }

    public Coroutine<@Nullable Void> untilLost() {
        return until(() -> events.contains("connectionLost"));
    }

    private void record(String event) {
        if (!event.equals("dataReceived")
                || events.isEmpty()
                || !events.getLast().equals(event)) {
            events.add(event);
        }
        if (change != null && !change.isDone()) {
            change.setResult(null);
        }
    }

    // --- The protocol ---

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
        record("connectionMade");
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.get(bytes);
        received.writeBytes(bytes);
        record("dataReceived");
    }

    @Override
    public boolean eofReceived() {
        record("eofReceived");
        return false;
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        this.failure = failure;
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
