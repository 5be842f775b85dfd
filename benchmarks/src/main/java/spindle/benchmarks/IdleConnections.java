package spindle.benchmarks;

import static spindle.Async.await;
import static spindle.Async.awaitEach;

import com.sun.management.OperatingSystemMXBean;

import spindle.Async;
import spindle.Coroutine;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.StreamOptions;
import spindle.net.StreamReader;
import spindle.net.StreamWriter;
import spindle.net.Streams;
import spindle.net.Transport;
import spindle.process.ChildProcess;
import spindle.process.ProcessOptions;
import spindle.process.Processes;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/// What does a connection cost on which nothing happens, in memory, and in the time of those on
/// which something does?
///
/// An echo server in this JVM, as a protocol and then with streams; its clients are in another
/// ([IdleClients]). A hundred of them send 64 bytes, wait until they are back, and send again:
/// alone, then beside the idle connections, then alone once more, so that what the machine itself
/// adds can be told. The memory of an idle connection is the growth of the server's heap and
/// direct buffers, after full collections, divided by their number; the system's own buffers are
/// not in it.
///
/// What to notice: the columns of one line differ no more from each other than the two that were
/// alone do. On a machine with other work the processor time tells more than the clock.
///
/// Run with: `benchmarks/run idle [CONNECTIONS]`; each connection takes a file handle in each of
/// the two processes.
final class IdleConnections {
    private static final int DEFAULT_IDLE = 10_000;
    private static final int BUSY = 100;
    private static final int WINDOWS = 3;
    private static final Duration WINDOW = Duration.ofSeconds(2);
    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final int PIECE = 16 * 1024;
    private static final int EX_USAGE = 64;
    private static final OperatingSystemMXBean PROCESS =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final int idle;
    private final int busy;
    private final Duration window;

    /// How the server is written.
    enum Style {
        PROTOCOL,
        STREAMS
    }

    /// What one style came to.
    record Row(Style style, double bytesEach, Window before, Window beside, Window after) {}

    /// Some seconds of round trips.
    ///
    /// @param serverMicros the processor time of the server's process for each round trip
    record Window(Latency latency, double serverMicros) {
        static Window medianOf(List<Window> windows) {
            return windows.stream()
                    .sorted(Comparator.comparingDouble(Window::serverMicros))
                    .toList()
                    .get(windows.size() / 2);
        }

        @Override
        public String toString() {
            return latency + String.format(Locale.ROOT, ", %.1f µs", serverMicros);
        }
    }

    IdleConnections(int idle, int busy, Duration window) {
        this.idle = idle;
        this.busy = busy;
        this.window = window;
    }

    static void main(String[] args) throws Exception {
        int idle = args.length == 0 ? DEFAULT_IDLE : parse(args);
        IdleConnections benchmark = new IdleConnections(idle, BUSY, WINDOW);
        List<Row> rows = new ArrayList<>();
        for (Style style : Style.values()) {
            rows.add(benchmark.measure(style));
        }
        benchmark.lines(rows).forEach(System.out::println);
    }

    private static int parse(String[] args) {
        if (args.length != 1 || !args[0].matches("[1-9][0-9]{0,5}")) {
            System.err.println("usage: benchmarks/run idle [CONNECTIONS]");
            System.exit(EX_USAGE);
        }
        return Integer.parseInt(args[0]);
    }

    // --- Measuring ---

    Row measure(Style style) throws Exception {
        return Async.run(Async.failAfter(PATIENCE, () -> {
            try (Server server = start(style);
                    Clients clients = await(Clients.of(server))) {
                await(clients.busy(busy, window)); // The compiler has its way first.
                Window before = await(clients.median(busy, window));
                long heapBefore = memoryInUse();
                await(clients.say("idle " + idle));
                long heap = memoryInUse() - heapBefore;
                Window beside = await(clients.median(busy, window));
                await(clients.say("close"));
                Window after = await(clients.median(busy, window));
                server.abortClients();
                return new Row(style, (double) heap / idle, before, beside, after);
            }
        }));
    }

    private static Server start(Style style) throws IOException {
        List<InetSocketAddress> anyPort =
                List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0));
        Network network = Network.current();
        return switch (style) {
            case PROTOCOL -> network.listen(anyPort, ListenOptions.defaults(), EchoEnd::new);
            case STREAMS ->
                Streams.startServer(
                        network,
                        anyPort,
                        ListenOptions.defaults(),
                        StreamOptions.defaults(),
                        IdleConnections::echo);
        };
    }

    private static void echo(StreamReader reader, StreamWriter writer) throws Exception {
        for (byte[] piece : awaitEach(reader.chunks(PIECE))) {
            await(writer.write(piece));
        }
    }

    /// Sends back what it gets.
    private static final class EchoEnd implements Protocol {
        private Transport transport;

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            transport.write(data);
        }
    }

    /// Returns the bytes of all live objects and direct buffers.
    private static long memoryInUse() {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        memory.gc(); // The first may leave behind what it found only at its end.
        long direct = 0;
        for (var pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            direct += pool.getMemoryUsed();
        }
        return memory.getHeapMemoryUsage().getUsed() + direct;
    }

    // --- The clients ---

    /// The process with the clients, which does as it is told, line by line.
    private record Clients(ChildProcess process) implements AutoCloseable {
        static Coroutine<Clients> of(Server server) {
            int port = ((InetSocketAddress) server.localAddress()).getPort();
            return () -> new Clients(await(Processes.exec(
                    ProcessOptions.defaults().withStderr(ProcessBuilder.Redirect.INHERIT),
                    List.of(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-Xmx1g",
                            "-XX:+UseSerialGC",
                            "--add-opens=java.base/java.lang=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            IdleClients.class.getName(),
                            Integer.toString(port)))));
        }

        Coroutine<String> say(String command) {
            return () -> {
                await(process.stdin().write(command + "\n"));
                return await(process.stdout().readLine())
                        .orElseThrow(() ->
                                new IOException("the clients have ended amid '" + command + "'"));
            };
        }

        Coroutine<Window> busy(int connections, Duration window) {
            return () -> {
                long before = PROCESS.getProcessCpuTime();
                Latency latency =
                        Latency.parse(await(say("busy " + connections + " " + window.toMillis())));
                double micros = (PROCESS.getProcessCpuTime() - before) / 1e3;
                return new Window(latency, micros / latency.count());
            };
        }

        /// Returns the window in the middle of several.
        Coroutine<Window> median(int connections, Duration window) {
            return () -> {
                List<Window> windows = new ArrayList<>();
                for (int i = 0; i < WINDOWS; i++) {
                    windows.add(await(busy(connections, window)));
                }
                return Window.medianOf(windows);
            };
        }

        @Override
        public void close() {
            process.close();
        }
    }

    // --- The table ---

    List<String> lines(List<Row> rows) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                "%d idle connections beside %d busy ones; round trip of 64 bytes: median, 99th"
                        + " percentile, processor time of the server",
                idle, busy));
        lines.add("");
        lines.add(String.format(
                "%-8s  %8s  %26s  %26s  %26s",
                "server", "an idle", "alone", "beside them", "alone again"));
        for (Row row : rows) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-8s  %6.0f B  %26s  %26s  %26s",
                    row.style().name().toLowerCase(Locale.ROOT),
                    row.bytesEach(),
                    row.before(),
                    row.beside(),
                    row.after()));
        }
        return lines;
    }
}
