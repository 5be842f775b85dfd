package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.awaitEach;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import spindle.TaskGroup;
import spindle.TaskGroupException;
import spindle.net.Server;
import spindle.net.StreamConnection;
import spindle.net.StreamReader;
import spindle.net.StreamWriter;
import spindle.net.Streams;
import spindle.net.TransportCounters;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Callable;

/// The command `proxy`: passes connections on.
@Command(
        name = "proxy",
        sortOptions = false,
        description = {
            "Passes each connection on to another server, and says what went through.",
            "",
            "Two coroutines for each connection, one per direction; the slower end sets the pace."
                    + " Stop it with Ctrl-C.",
            ""
        },
        footerHeading = "%nExample:%n",
        footer = {
            "  demos/run proxy --listen 8000 --to 127.0.0.1:5000",
        })
final class Proxy implements Callable<Integer> {
    private static final int PIECE = 64 * 1024;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--listen",
            paramLabel = "PORT",
            required = true,
            description = "Where to listen; 0 takes a free port.")
    private int port;

    @Option(
            names = "--to",
            paramLabel = "HOST:PORT",
            required = true,
            description = "Where to pass connections on to.")
    private HostAndPort target;

    @Override
    public Integer call() throws Exception {
        ServerProgram.checkPort(spec, "--listen", port);
        return new ServerProgram(spec, this::start, ServerProgram::hostAndPort).run();
    }

    private Server start() throws IOException {
        return Streams.startServer(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), this::serve);
    }

    private void serve(StreamReader reader, StreamWriter writer) throws Exception {
        try (StreamConnection server = await(Streams.openConnection(target.host(), target.port()));
                TaskGroup group = TaskGroup.open()) {
            group.createTask("client to server", () -> pump(reader, server.writer()));
            group.createTask("server to client", () -> pump(server.reader(), writer));
            group.join();
            report(writer, "ended");
        } catch (IOException unreachable) {
            report(writer, String.valueOf(unreachable.getMessage()));
            writer.abort();
        } catch (TaskGroupException broken) {
            report(writer, String.valueOf(broken.getMessage()));
            writer.abort();
        }
    }

    private void report(StreamWriter client, String end) {
        TransportCounters counters = client.transport().counters();
        PrintWriter out = spec.commandLine().getOut();
        out.println(client.transport().remoteAddress() + ": " + counters.bytesReceived()
                + " bytes there, " + counters.bytesSent() + " back, " + end);
        out.flush();
    }

    /// Sends on whatever comes, and the end when that comes.
    private static void pump(StreamReader from, StreamWriter to) throws Exception {
        for (byte[] piece : awaitEach(from.chunks(PIECE))) {
            await(to.write(piece));
        }
        to.writeEof();
    }
}
