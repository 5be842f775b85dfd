package spindle.net;

import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;

/// Feeds a [StreamReader] with what comes out of a pipe: one read per readiness, none while the
/// reader has enough.
final class PipeReading implements StreamReader.Source {
    /// As much as Linux keeps in a pipe.
    private static final int READ_BYTES = 64 * 1024;

    // fixed at construction
    private final EventLoop loop;
    private final Pipe.SourceChannel channel;
    private final Runnable onEnd;
    private final StreamReader reader;
    private final ByteBuffer buffer;

    // changes while running
    private boolean paused;
    private boolean ended;

    PipeReading(EventLoop loop, Pipe.SourceChannel channel, StreamOptions options, Runnable onEnd) {
        this.loop = loop;
        this.channel = channel;
        this.onEnd = onEnd;
        this.reader = new StreamReader(options, this);
        this.buffer = loop.resource(PipeBuffer.class, _ -> new PipeBuffer()).buffer();
    }

    StreamReader reader() {
        return reader;
    }

    void start() throws IOException {
        channel.configureBlocking(false);
        loop.addReader(channel, this::readReady);
    }

    private void readReady() {
        buffer.clear();
        int count;
        try {
            count = channel.read(buffer);
        } catch (IOException failure) {
            reader.feedFailure(failure);
            end();
            return;
        }
        if (count > 0) {
            reader.feed(buffer.flip());
        } else if (count < 0) {
            reader.feedEnd();
            end();
        }
    }

    @Override
    public void pauseReading() {
        if (!paused && !ended) {
            paused = true;
            loop.removeReader(channel);
        }
    }

    @Override
    public void resumeReading() {
        if (!paused || ended) {
            return;
        }
        paused = false;
        try {
            loop.addReader(channel, this::readReady);
        } catch (IOException failure) {
            reader.feedFailure(failure);
            end();
        }
    }

    /// Closes the pipe before its end.
    void close() {
        if (!ended) {
            reader.feedFailure(new IOException("the pipe was closed before the stream ended"));
            end();
        }
    }

    private void end() {
        ended = true;
        try {
            loop.forgetChannel(channel);
            channel.close();
        } catch (IOException failure) {
            loop.callExceptionHandler(
                    new ExceptionHandler.Context("cannot close a pipe", failure, channel));
        }
        onEnd.run();
    }

    /// What all pipes of a loop are read into: a reader copies what it keeps.
    private record PipeBuffer(ByteBuffer buffer) implements AutoCloseable {
        PipeBuffer() {
            this(ByteBuffer.allocateDirect(READ_BYTES));
        }

        @Override
        public void close() {}
    }
}
