package spindle.http;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Map;

/// The servers of a test class: each is started when it is first asked for, and serves all of the
/// tests.
final class RunningServers implements AutoCloseable {
    private final Path folder;
    private final Map<RealServer, RealServer.Running> running = new EnumMap<>(RealServer.class);

    RunningServers(Path folder) {
        this.folder = folder;
    }

    /// Returns what a session needs to talk to them.
    static ClientOptions options() {
        return ClientRun.options().withTls(Certificates.client());
    }

    /// Returns a server that has forgotten who has asked it.
    RealServer.Running get(RealServer kind) throws Exception {
        RealServer.Running server = running.get(kind);
        if (server == null) {
            server = kind.start(folder);
            running.put(kind, server);
        }
        server.clients().clear();
        return server;
    }

    @Override
    public void close() throws IOException {
        for (RealServer.Running server : running.values()) {
            server.close();
        }
    }
}
