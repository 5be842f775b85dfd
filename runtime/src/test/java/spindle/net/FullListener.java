package spindle.net;

import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// A listener that accepts nobody, and whose backlog is full: whoever connects to it waits.
public final class FullListener implements AutoCloseable {
    private static final int MOST_CONNECTIONS = 20;

    private final ServerSocket listener;
    private final List<Socket> backlog = new ArrayList<>();

    private FullListener() throws IOException {
        listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    public static FullListener open() throws IOException {
        FullListener opened = new FullListener();
        while (opened.takesAnother()) {
            assumeThat(opened.backlog.size())
                    .as("connections that the system takes beyond the backlog")
                    .isLessThan(MOST_CONNECTIONS);
        }
        return opened;
    }

    private boolean takesAnother() throws IOException {
        Socket socket = new Socket();
        try {
            socket.connect(address(), 100);
            backlog.add(socket);
            return true;
        } catch (SocketTimeoutException full) {
            socket.close();
            return false;
        }
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) listener.getLocalSocketAddress();
    }

    @Override
    public void close() throws IOException {
        for (Socket socket : backlog) {
            socket.close();
        }
        listener.close();
    }
}
