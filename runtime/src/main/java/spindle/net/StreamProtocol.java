package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;

import java.nio.ByteBuffer;
import java.util.function.Consumer;

/// What turns the callbacks of a transport into a reader and a writer.
final class StreamProtocol implements Protocol {
    // fixed at construction
    private final StreamOptions options;
    private final Consumer<StreamConnection> made;

    // changes while running
    private @Nullable StreamConnection connection;

    /// @param made called when the connection is there
    StreamProtocol(StreamOptions options, Consumer<StreamConnection> made) {
        this.options = options;
        this.made = made;
    }

    @Override
    public void connectionMade(Transport transport) {
        StreamReader reader = new StreamReader(options, new StreamReader.Source() {
            @Override
            public void pauseReading() {
                transport.pauseReading();
            }

            @Override
            public void resumeReading() {
                transport.resumeReading();
            }
        });
        StreamWriter writer = new StreamWriter(EventLoop.current(), options, transport);
        connection = new StreamConnection(reader, writer);
        made.accept(connection);
    }

    /// Returns the streams of a connection that was made.
    StreamConnection connection() {
        if (connection == null) {
            throw new IllegalStateException("the connection was not made yet");
        }
        return connection;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        connection().reader().feed(data);
    }

    /// The peer sends no more; we still may.
    @Override
    public boolean eofReceived() {
        connection().reader().feedEnd();
        return true;
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        if (failure == null) {
            connection().reader().feedEnd();
        } else {
            connection().reader().feedFailure(failure);
        }
        connection().writer().end(failure);
    }

    @Override
    public void pauseWriting() {
        connection().writer().pause();
    }

    @Override
    public void resumeWriting() {
        connection().writer().resume();
    }
}
