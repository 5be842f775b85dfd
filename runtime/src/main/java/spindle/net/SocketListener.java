package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.TimerHandle;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/// One listening socket of a [SocketServer].
///
/// When the process has no file handle left, accepting fails for as long as that lasts, and the
/// selector would report the waiting connection over and over. So the listener stops accepting
/// for a second and tries again; connections wait in the system's backlog meanwhile.
///
/// A Unix domain socket is a file as well. One that a dead process has left behind is removed
/// before listening, and our own after.
final class SocketListener {
    /// How many connections one readiness may bring in, so that a flood of them does not starve
    /// the others.
    private static final int ACCEPTS_PER_EVENT = 1024;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(1);

    /// Of the mode of a file: what kind it is of, and a socket's.
    private static final int FILE_KIND = 0170000;

    private static final int SOCKET_FILE = 0140000;

    // fixed at construction
    private final EventLoop loop;
    private final ServerSocketChannel channel;
    private final SocketAddress localAddress;

    /// Which file the socket is, if it is one: another one by the same name is not ours.
    private final @Nullable Object fileKey;

    private final Consumer<SocketChannel> accepted;
    private final BooleanSupplier mayAccept;

    // changes while running
    private boolean accepting;
    private @Nullable TimerHandle pause;

    private SocketListener(
            EventLoop loop,
            ServerSocketChannel channel,
            Consumer<SocketChannel> accepted,
            BooleanSupplier mayAccept)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.localAddress = channel.getLocalAddress();
        this.fileKey = localAddress instanceof UnixDomainSocketAddress unix
                ? fileKey(unix.getPath())
                : null;
        this.accepted = accepted;
        this.mayAccept = mayAccept;
    }

    /// Binds a socket; [#resume()] starts to accept.
    ///
    /// @param accepted is given each connection
    /// @param mayAccept asked before each
    static SocketListener open(
            EventLoop loop,
            SocketAddress address,
            ListenOptions options,
            Consumer<SocketChannel> accepted,
            BooleanSupplier mayAccept)
            throws IOException {
        // One socket for both families, which the wildcard address is to take in.
        ServerSocketChannel channel = SocketNetwork.familyOf(address) == StandardProtocolFamily.UNIX
                ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                : ServerSocketChannel.open();
        try {
            channel.configureBlocking(false);
            bind(channel, address, options);
            return new SocketListener(loop, channel, accepted, mayAccept);
        } catch (IOException | UnsupportedOperationException failure) {
            channel.close();
            throw new IOException(
                    "cannot listen on " + Addresses.describe(address) + ": " + failure.getMessage(),
                    failure);
        } catch (RuntimeException failure) {
            channel.close();
            throw failure;
        }
    }

    private static void bind(
            ServerSocketChannel channel, SocketAddress address, ListenOptions options)
            throws IOException {
        if (address instanceof UnixDomainSocketAddress unix) {
            removeStaleFile(unix);
        } else {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
        }
        if (options.reusePort()) {
            channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
        }
        if (options.socket().receiveBuffer() > 0) {
            // Connections inherit it; set later, it is too late for the window's scale.
            channel.setOption(StandardSocketOptions.SO_RCVBUF, options.socket().receiveBuffer());
        }
        channel.bind(address, options.backlog());
    }

    // --- Accepting ---

    /// Starts to accept, or goes on.
    void resume() {
        if (accepting || pause != null || !channel.isOpen()) {
            return;
        }
        try {
            loop.addReader(channel, this::acceptReady);
            accepting = true;
        } catch (IOException failure) {
            report("cannot listen any more", failure);
            close();
        }
    }

    private void stopAccepting() {
        accepting = false;
        loop.removeReader(channel);
    }

    private void acceptReady() {
        for (int i = 0; i < ACCEPTS_PER_EVENT && channel.isOpen(); i++) {
            if (!mayAccept.getAsBoolean()) {
                stopAccepting();
                return;
            }
            SocketChannel connection;
            try {
                connection = channel.accept();
            } catch (IOException failure) {
                pauseAccepting(failure);
                return;
            }
            if (connection == null) {
                return;
            }
            accepted.accept(connection);
        }
    }

    private void pauseAccepting(IOException failure) {
        report(
                "cannot accept connections, trying again in " + PAUSE_AFTER_FAILURE.toSeconds()
                        + " s",
                failure);
        stopAccepting();
        pause = loop.callLater(PAUSE_AFTER_FAILURE, () -> {
            pause = null;
            resume();
        });
    }

    // --- Closing ---

    void close() {
        if (!channel.isOpen()) {
            return;
        }
        if (pause != null) {
            pause.cancel();
            pause = null;
        }
        try {
            if (!loop.isClosed()) {
                loop.forgetChannel(channel); // From now on connects are refused.
            }
            channel.close();
            removeOwnFile();
        } catch (IOException failure) {
            report("cannot close a listening socket", failure);
        }
    }

    SocketAddress localAddress() {
        return localAddress;
    }

    private void report(String message, Exception failure) {
        loop.callExceptionHandler(new ExceptionHandler.Context(message, failure, localAddress));
    }

    // --- The file of a Unix domain socket ---

    /// Removes a socket at which nobody listens any more. One at which somebody does makes the
    /// bind fail.
    ///
    /// @throws IOException if anything else has that name
    private static void removeStaleFile(UnixDomainSocketAddress address) throws IOException {
        Path path = address.getPath();
        if (path.toString().isEmpty() || !Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(path)) {
            throw new IOException("there is a file by that name that is no socket");
        }
        if (isRefused(address)) {
            Files.deleteIfExists(path);
        }
    }

    private static boolean isSocket(Path path) throws IOException {
        if (!path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther();
        }
        int mode = (int) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & FILE_KIND) == SOCKET_FILE;
    }

    /// Only a refusal says that nobody listens. Whatever else fails, permissions, a full backlog,
    /// want of file handles, says nothing of the kind.
    private static boolean isRefused(UnixDomainSocketAddress address) throws IOException {
        SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX);
        try (probe) {
            probe.configureBlocking(false); // It would wait for a backlog that is full.
            probe.connect(address);
            return false;
        } catch (ConnectException refused) {
            return true;
        } catch (IOException _) {
            return false;
        }
    }

    private void removeOwnFile() throws IOException {
        if (fileKey != null && localAddress instanceof UnixDomainSocketAddress unix) {
            try {
                if (fileKey.equals(fileKey(unix.getPath()))) {
                    Files.delete(unix.getPath());
                }
            } catch (NoSuchFileException _) {
                return; // Somebody was faster.
            }
        }
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return path.toString().isEmpty()
                ? null
                : Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .fileKey();
    }
}
