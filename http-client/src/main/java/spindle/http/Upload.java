package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Future;
import spindle.Task;
import spindle.http.body.BodySink;
import spindle.http.body.BytesBody;
import spindle.http.body.RequestBody;
import spindle.http.wire.BodyFraming;
import spindle.http.wire.ChunkWriter;
import spindle.http.wire.FieldLines;
import spindle.net.Transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.time.Duration;
import java.util.Objects;

/// The body of a request on its way out: framed, no faster than the peer takes it, and beside the
/// waiting for an answer, so that an early one is seen.
///
/// The head of the request leaves in one write with the first bytes of the body, unless these have
/// to be waited for.
final class Upload implements BodySink {
    /// What a server is given to say 100 (Continue). One that knows nothing of it says nothing
    /// (RFC 9110 section 10.1.1).
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    /// Pieces are sent in parts of so much, so that what the peer does not take at once is not
    /// copied into a queue without end.
    private static final int LARGEST_PART = 64 * 1024;

    private static final long LARGEST_FILE_PART = 1024 * 1024;

    /// Parts that are together no larger are copied into one.
    private static final int SMALL = 16 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final RequestBody body;
    private final BodyFraming framing;
    private final boolean expectsContinue;

    // changes while running
    /// Null until the upload starts.
    private @Nullable Exchange exchange;

    private @Nullable HttpConnection connection;

    /// The head of the request, until it is sent.
    private byte @Nullable [] head;

    private @Nullable Task<@Nullable Void> task;
    private long written;
    private long sent;
    private FieldLines.Builder trailers = FieldLines.builder();
    private boolean done;

    /// Present while the peer is to take what it has first.
    private @Nullable Future<@Nullable Void> room;

    /// Done when the body may be sent, or will not be.
    private final Future<@Nullable Void> permission;

    /// @param framing a length, or chunks
    Upload(EventLoop loop, RequestBody body, BodyFraming framing, boolean expectsContinue) {
        this.loop = loop;
        this.body = body;
        this.framing = framing;
        this.expectsContinue = expectsContinue;
        this.permission = loop.createFuture(this);
    }

    // --- From start to end ---

    /// Sends the head and begins with the body.
    void start(byte[] requestHead, Exchange exchange, HttpConnection connection) {
        this.exchange = exchange;
        this.connection = connection;
        this.head = requestHead;
        if (body instanceof BytesBody bytes
                && framing instanceof BodyFraming.Length
                && !expectsContinue
                && bytes.length() <= LARGEST_PART) {
            // Fast path: no task for what leaves in one call (B05_Request, the POST).
            written = bytes.length();
            send(bytes.bytes());
            end();
            return;
        }
        Task<@Nullable Void> begun = loop.createEagerTask("upload", this::run);
        task = begun;
        if (!begun.isDone()) {
            connection.uploading(begun);
        }
        if (!done) {
            sendHead();
        }
    }

    private @Nullable Void run() throws Exception {
        try {
            if (isWanted()) {
                Async.await(body.writeTo(this));
                finishFraming();
            }
            end();
        } catch (CancelledError cancelled) {
            if (!done) {
                done = true;
                exchange().failBecause(new IOException("the body of the request was cancelled"));
            }
            throw cancelled;
        } catch (Throwable failure) {
            done = true;
            fail(failure);
        }
        return null;
    }

    /// Whoever has its answer already does not wait for the rest of what it sent.
    private void fail(Throwable failure) {
        if (exchange().isComplete()) {
            loop.callExceptionHandler(new ExceptionHandler.Context(
                    "the body of a request failed after its response was complete", failure, this));
        }
        exchange().failBecause(failure);
    }

    /// Waits for the server to want the body, if it is to be asked; returns whether it does.
    private boolean isWanted() throws Exception {
        if (!expectsContinue) {
            return true;
        }
        sendHead();
        boolean _ = Async.await(Async.moveOnAfter(PATIENCE, this::awaitPermission));
        if (exchange().hasHead()) {
            exchange().leaveBodyOut();
            return false;
        }
        return true;
    }

    private void awaitPermission() throws Exception {
        Async.await(permission);
    }

    private void finishFraming() throws Exception {
        switch (framing) {
            case BodyFraming.Length(long length) -> {
                if (written < length) {
                    throw new IOException("the body of the request ended after " + written + " of "
                            + length + " bytes");
                }
                sendHead();
            }
            case BodyFraming.Chunked _ -> {
                FieldLines fields = trailers.build();
                byte[] last = new byte[ChunkWriter.lastLength(fields)];
                ChunkWriter.writeLast(fields, last, 0);
                send(ByteBuffer.wrap(last));
            }
            default -> throw new IllegalStateException("a request cannot be framed so: " + framing);
        }
        awaitRoom();
    }

    private void end() {
        if (done) {
            return; // It was told to stop, and has not listened.
        }
        done = true;
        exchange().requestSent(sent);
    }

    /// The server has said 100 (Continue).
    void goAhead() {
        permit();
    }

    /// The final response has begun.
    void answered() {
        permit();
    }

    private void permit() {
        if (!permission.isDone()) {
            permission.setResult(null);
        }
    }

    /// Nobody wants the rest any more.
    void stop() {
        if (done) {
            return;
        }
        done = true;
        if (task != null && !task.isDone()) {
            task.cancel("the request is over");
        }
    }

    // --- The sink ---

    @Override
    public Coroutine<@Nullable Void> write(ByteBuffer piece) {
        return () -> {
            count(piece.remaining());
            while (piece.hasRemaining()) {
                int size = Math.min(piece.remaining(), LARGEST_PART);
                ByteBuffer part = piece.slice(piece.position(), size);
                piece.position(piece.position() + size);
                sendFramed(part, size);
                awaitRoom();
            }
            return null;
        };
    }

    private void count(long bytes) throws IOException {
        written += bytes;
        if (framing instanceof BodyFraming.Length(long length) && written > length) {
            throw new IOException("the body of the request has more than the " + length
                    + " bytes that it said it has");
        }
    }

    private void sendFramed(ByteBuffer part, int size) {
        if (framing instanceof BodyFraming.Chunked) {
            send(sizeLine(size), part, chunkEnd());
        } else {
            send(part);
        }
    }

    private static ByteBuffer sizeLine(long size) {
        byte[] line = new byte[ChunkWriter.sizeLength(size)];
        ChunkWriter.writeSize(size, line, 0);
        return ByteBuffer.wrap(line);
    }

    private static ByteBuffer chunkEnd() {
        byte[] end = new byte[ChunkWriter.END_BYTES];
        ChunkWriter.writeEnd(end, 0);
        return ByteBuffer.wrap(end);
    }

    @Override
    public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
        return () -> {
            boolean chunked = framing instanceof BodyFraming.Chunked;
            long available = Math.max(0, Math.min(count, file.size() - position));
            if (available == 0) {
                return 0L;
            }
            count(available);
            if (chunked) {
                send(sizeLine(available));
            } else {
                sendHead();
            }
            long copied = copy(file, position, available);
            if (chunked) {
                send(chunkEnd());
            }
            awaitRoom();
            return copied;
        };
    }

    /// Part by part, so that a peer that takes its time is seen to take something.
    private long copy(FileChannel file, long position, long count) throws Exception {
        long copied = 0;
        while (copied < count) {
            long size = Math.min(LARGEST_FILE_PART, count - copied);
            long part = Async.await(transport().sendFile(file, position + copied, size));
            copied += part;
            sent += part;
            exchange().progressSending();
            if (part < size) {
                throw new IOException("a file that is being sent has become shorter: expected "
                        + count + " bytes but found " + copied);
            }
        }
        return copied;
    }

    @Override
    public void trailer(String name, String value) {
        if (!(framing instanceof BodyFraming.Chunked)) {
            throw new IllegalStateException(
                    "a body whose length is given has no trailers: " + body);
        }
        ChunkWriter.requireTrailer(name);
        trailers.add(name, value);
    }

    // --- Sending ---

    private Transport transport() {
        return Objects.requireNonNull(connection, "nothing is sent before the start")
                .transport();
    }

    private Exchange exchange() {
        return Objects.requireNonNull(exchange, "nothing happens before the start");
    }

    private void sendHead() {
        if (head != null) {
            send();
        }
    }

    /// Sends buffers in one call, the head of the request before them if it has not been sent.
    private void send(ByteBuffer... buffers) {
        ByteBuffer[] all = head == null ? buffers : withHead(head, buffers);
        head = null;
        long size = 0;
        for (ByteBuffer buffer : all) {
            size += buffer.remaining();
        }
        sent += size;
        if (all.length > 1 && size <= SMALL) {
            transport().write(joined(all, (int) size));
        } else {
            transport().writeAll(all);
        }
    }

    private static ByteBuffer[] withHead(byte[] head, ByteBuffer[] buffers) {
        ByteBuffer[] all = new ByteBuffer[buffers.length + 1];
        all[0] = ByteBuffer.wrap(head);
        System.arraycopy(buffers, 0, all, 1, buffers.length);
        return all;
    }

    /// Several small writes are several packets, and within TLS several records.
    private static ByteBuffer joined(ByteBuffer[] buffers, int size) {
        ByteBuffer joined = ByteBuffer.allocate(size);
        for (ByteBuffer buffer : buffers) {
            joined.put(buffer);
        }
        return joined.flip();
    }

    // --- The peer's pace ---

    void paused() {
        if (room == null) {
            room = loop.createFuture(this);
        }
    }

    void resumed() {
        exchange().progressSending();
        Future<@Nullable Void> waiting = room;
        room = null;
        if (waiting != null && !waiting.isDone()) {
            waiting.setResult(null);
        }
    }

    private void awaitRoom() throws Exception {
        exchange().progressSending();
        while (room != null) {
            Async.await(room);
        }
    }

    @Override
    public String toString() {
        return "<Upload " + body + " sent=" + sent + (done ? " done" : "") + ">";
    }
}
