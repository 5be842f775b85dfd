package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.util.Optional;

/// A pipe of the system: one end is read or written by a loop, the other goes to another
/// process, or to a thread that blocks. asyncio's `connect_read_pipe` and `connect_write_pipe`.
///
/// ```java
/// SystemPipe pipe = SystemPipe.open();                     // may block: not on the loop's thread
/// builder.redirectOutput(pipe.writeEnd().orElseThrow());   // a child's end is a file to it
/// builder.start();
/// pipe.closeWriteEnd();                                    // ours: the child has its own now
/// …
/// StreamReader reader = pipe.reader(StreamOptions.defaults());
/// ```
///
/// The end of what is written comes when nobody has the write end open any more, in any
/// process. Nobody but who opened it closes it: close it.
public final class SystemPipe implements AutoCloseable {
    // fixed at construction
    private final Pipe pipe;
    private final @Nullable File readEnd;
    private final @Nullable File writeEnd;

    // changes while running
    private @Nullable PipeReading reading;
    private @Nullable PipeTransport writing;

    private SystemPipe(DescriptorTable.NamedPipe named) {
        this.pipe = named.pipe();
        this.readEnd = named.readEnd();
        this.writeEnd = named.writeEnd();
    }

    /// Opens a pipe. **Threadsafe**; blocks for as long as it takes to look at the process's
    /// open descriptors.
    public static SystemPipe open() throws IOException {
        return new SystemPipe(DescriptorTable.openPipe());
    }

    /// Opens a pipe whose ends no other process can be given: for a thread of this one.
    /// **Threadsafe.**
    public static SystemPipe openUnnamed() throws IOException {
        return new SystemPipe(new DescriptorTable.NamedPipe(Pipe.open(), null, null));
    }

    // --- The end that is not the loop's ---

    /// Returns the file as which a child process can be given the end to read from, while it is
    /// open here; empty where the system has no such files (it is Linux that does), and where
    /// `/proc` is not to be seen.
    public Optional<File> readEnd() {
        return Optional.ofNullable(readEnd);
    }

    /// Returns the file as which a child process can be given the end to write to, as
    /// [#readEnd()].
    public Optional<File> writeEnd() {
        return Optional.ofNullable(writeEnd);
    }

    /// Returns the end to read from, for a thread that blocks.
    public InputStream blockingInput() {
        return Channels.newInputStream(pipe.source());
    }

    /// Returns the end to write to, for a thread that blocks.
    public OutputStream blockingOutput() {
        return Channels.newOutputStream(pipe.sink());
    }

    /// Closes the end to read from. **Threadsafe** while no loop reads from it.
    public void closeReadEnd() throws IOException {
        if (reading != null) {
            reading.close();
        }
        pipe.source().close();
    }

    /// Closes the end to write to, and drops what was not sent. **Threadsafe** while no loop
    /// writes to it.
    public void closeWriteEnd() throws IOException {
        if (writing != null) {
            writing.closeNow();
        }
        pipe.sink().close();
    }

    // --- The loop's end ---

    /// Returns a reader of what comes, on the calling loop. The end is closed when the stream
    /// has ended. Once only.
    ///
    /// @param onEnd called on the loop's thread when nothing more will come
    public StreamReader reader(StreamOptions options, Runnable onEnd) throws IOException {
        if (reading != null) {
            throw new IllegalStateException("this pipe has a reader already: use that");
        }
        PipeReading started = new PipeReading(EventLoop.current(), pipe.source(), options, onEnd);
        reading = started;
        started.start();
        return started.reader();
    }

    /// Returns a reader as [#reader(StreamOptions, Runnable)].
    public StreamReader reader(StreamOptions options) throws IOException {
        return reader(options, () -> {});
    }

    /// Returns a writer on the calling loop; closing it closes the end once all is sent. A
    /// write fails once nobody has the other end open any more. Once only.
    public StreamWriter writer(StreamOptions options) throws IOException {
        if (writing != null) {
            throw new IllegalStateException("this pipe has a writer already: use that");
        }
        PipeTransport transport = new PipeTransport(EventLoop.current(), pipe.sink());
        writing = transport;
        return transport.writer(options);
    }

    /// Closes both ends at once. Who waits at the loop's end is told.
    @Override
    public void close() throws IOException {
        try {
            closeWriteEnd();
        } finally {
            closeReadEnd();
        }
    }
}
