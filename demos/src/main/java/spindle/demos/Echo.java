package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.awaitEach;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Server;
import spindle.net.StreamOptions;
import spindle.net.StreamReader;
import spindle.net.StreamWriter;
import spindle.net.Streams;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.Callable;

/// The command `echo`: sends back what it gets.
@Command(
        name = "echo",
        sortOptions = false,
        description = {
            "Sends back what it gets: the smallest server there is, in both styles.",
            "",
            "As a protocol it is told of bytes and answers at once; with streams, each connection"
                    + " has a coroutine that reads and writes. Stop it with Ctrl-C.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  demos/run echo                          port 5001, as a protocol",
            "  demos/run echo --port 0 --style streams a free port, which it prints",
            "  nc 127.0.0.1 5001                       to talk to it",
            "  demos/run echo --tls                    the same over TLS",
            "  openssl s_client -quiet -connect 127.0.0.1:5001",
        })
final class Echo implements Callable<Integer> {
    /// How much one read of a stream takes.
    private static final int PIECE = 100 * 1024;

    private enum Style {
        protocol,
        streams
    }

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "5001",
            description = "Where to listen; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--style",
            paramLabel = "STYLE",
            defaultValue = "protocol",
            description = "protocol or streams. Default: ${DEFAULT-VALUE}.")
    private Style style;

    @Option(
            names = "--tls",
            description = {
                "Speak TLS, with a certificate for localhost that is made on the spot: clients have"
                        + " to be told to trust it."
            })
    private boolean tls;

    @Override
    public Integer call() throws Exception {
        ServerProgram.checkPort(spec, "--port", port);
        return new ServerProgram(spec, this::start, ServerProgram::hostAndPort).run();
    }

    private Server start() throws Exception {
        var address = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
        Network sockets = Network.current();
        Network network = tls ? await(SelfSigned.tls()).over(sockets) : sockets;
        return switch (style) {
            case protocol ->
                network.listen(List.of(address), ListenOptions.defaults(), EchoProtocol::new);
            case streams ->
                Streams.startServer(
                        network,
                        List.of(address),
                        ListenOptions.defaults(),
                        StreamOptions.defaults().withLimit(PIECE),
                        Echo::serve);
        };
    }

    private static void serve(StreamReader reader, StreamWriter writer) throws Exception {
        for (byte[] piece : awaitEach(reader.chunks(PIECE))) {
            await(writer.write(piece));
        }
    }
}
