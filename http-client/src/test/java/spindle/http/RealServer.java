package spindle.http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Servers that others wrote, each with what [Page] has and with what it can besides.
enum RealServer {
    JDK,
    JDK_TLS,
    JETTY,
    JETTY_TLS,
    UNDERTOW,
    UNDERTOW_TLS;

    /// @param folder where files are, and may be put
    Running start(Path folder) throws Exception {
        return switch (this) {
            case JDK -> JdkServer.start(null);
            case JDK_TLS -> JdkServer.start(Certificates.context("127.0.0.1"));
            case JETTY -> JettyServer.start(null, folder);
            case JETTY_TLS -> JettyServer.start(Certificates.context("127.0.0.1"), folder);
            case UNDERTOW -> UndertowServer.start(null, folder);
            case UNDERTOW_TLS -> UndertowServer.start(Certificates.context("127.0.0.1"), folder);
        };
    }

    /// Returns a place for the ports of those who have asked.
    static Set<Integer> newClients() {
        return ConcurrentHashMap.newKeySet();
    }

    /// A server that runs.
    ///
    /// @param clients the ports of those who have asked it something
    record Running(int port, boolean secure, Set<Integer> clients, Stop stop)
            implements AutoCloseable {
        String url(String path) {
            return (secure ? "https" : "http") + "://127.0.0.1:" + port + path;
        }

        @Override
        public void close() throws IOException {
            try {
                stop.run();
            } catch (Exception failure) {
                throw new IOException("the server does not stop", failure);
            }
        }
    }

    /// How a server is stopped.
    interface Stop {
        void run() throws Exception;
    }
}
