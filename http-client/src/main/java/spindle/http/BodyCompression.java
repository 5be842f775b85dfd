package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.http.body.BodySink;
import spindle.http.body.RequestBody;
import spindle.http.coding.ContentEncoder;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/// Compresses a body on its way out. How long it will be nobody knows beforehand.
final class BodyCompression {
    private static final int BUFFER_BYTES = 16 * 1024;

    private BodyCompression() {}

    /// Refuses a coding that cannot be applied here.
    static void require(String coding) {
        if (!ContentEncoder.supports(coding)) {
            throw new IllegalArgumentException("expected a coding that is there to compress with,"
                    + " gzip or deflate, or br or zstd with their libraries, but got \"" + coding
                    + "\"");
        }
    }

    /// Returns a body that sends another one compressed, and can be sent again if that can.
    static RequestBody of(RequestBody body, String coding) {
        return switch (body) {
            case RequestBody.Replayable _ -> new Replayable(body, coding);
            case RequestBody.OneShot _ -> new OneShot(body, coding);
        };
    }

    private record Replayable(RequestBody body, String coding) implements RequestBody.Replayable {
        @Override
        public @Nullable String contentType() {
            return body.contentType();
        }

        @Override
        public long length() {
            return -1;
        }

        @Override
        public Coroutine<@Nullable Void> writeTo(BodySink sink) {
            return compress(body, coding, sink);
        }
    }

    private record OneShot(RequestBody body, String coding) implements RequestBody.OneShot {
        @Override
        public @Nullable String contentType() {
            return body.contentType();
        }

        @Override
        public long length() {
            return -1;
        }

        @Override
        public Coroutine<@Nullable Void> writeTo(BodySink sink) {
            return compress(body, coding, sink);
        }
    }

    private static Coroutine<@Nullable Void> compress(
            RequestBody body, String coding, BodySink sink) {
        return () -> {
            try (ContentEncoder encoder = ContentEncoder.of(coding)) {
                Compressing compressing = new Compressing(encoder, sink);
                Async.await(body.writeTo(compressing));
                compressing.finish();
            }
            return null;
        };
    }

    /// Stands between the body and where it is sent.
    private static final class Compressing implements BodySink {
        private final ContentEncoder encoder;
        private final BodySink sink;
        private final ByteBuffer output = ByteBuffer.allocate(BUFFER_BYTES);

        Compressing(ContentEncoder encoder, BodySink sink) {
            this.encoder = encoder;
            this.sink = sink;
        }

        @Override
        public Coroutine<@Nullable Void> write(ByteBuffer piece) {
            return () -> {
                do {
                    encoder.encode(piece, output);
                    sendIfFull();
                } while (piece.hasRemaining() || encoder.isOutputPending());
                return null;
            };
        }

        private void sendIfFull() throws Exception {
            if (encoder.isOutputPending() || !output.hasRemaining()) {
                sendOutput();
            }
        }

        private void sendOutput() throws Exception {
            output.flip();
            if (output.hasRemaining()) {
                Async.await(sink.write(output));
            }
            output.clear();
        }

        /// What is compressed has to pass through memory: nothing is gained by the system's way.
        @Override
        public Coroutine<Long> sendFile(FileChannel file, long position, long count) {
            return () -> {
                ByteBuffer piece = ByteBuffer.allocate(BUFFER_BYTES);
                long copied = 0;
                while (copied < count) {
                    long from = position + copied;
                    piece.clear().limit((int) Math.min(piece.capacity(), count - copied));
                    int read = Async.await(Async.runBlocking(() -> file.read(piece, from)));
                    if (read < 0) {
                        break;
                    }
                    copied += read;
                    Async.await(write(piece.flip()));
                }
                return copied;
            };
        }

        @Override
        public void trailer(String name, String value) {
            sink.trailer(name, value);
        }

        void finish() throws Exception {
            do {
                encoder.finish(output);
                sendOutput();
            } while (encoder.isOutputPending());
        }
    }
}
