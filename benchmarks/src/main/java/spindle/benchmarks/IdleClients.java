package spindle.benchmarks;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.runBlocking;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Transport;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// The clients of [IdleConnections], in a process of their own. Answers each line of standard
/// input with one: `idle COUNT` connects and does nothing, `close` ends those connections, `busy
/// COUNT MILLIS` measures round trips.
final class IdleClients {
    private static final int AT_A_TIME = 200;
    private static final int MESSAGE = 64;

    private final InetSocketAddress server;
    private final List<Idle> idle = new ArrayList<>();

    private IdleClients(int port) {
        server = new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    static void main(String[] args) throws Exception {
        IdleClients clients = new IdleClients(Integer.parseInt(args[0]));
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        Async.run(() -> {
            String line = await(runBlocking(in::readLine));
            while (line != null) {
                System.out.println(await(clients.obey(line.split(" ", -1))));
                line = await(runBlocking(in::readLine));
            }
            await(clients.close());
        });
    }

    private Coroutine<String> obey(String[] words) {
        return switch (words[0]) {
            case "idle" -> connect(Integer.parseInt(words[1]));
            case "close" -> close();
            case "busy" -> measure(Integer.parseInt(words[1]), Long.parseLong(words[2]));
            default -> throw new IllegalArgumentException("unknown command: " + words[0]);
        };
    }

    // --- Idle ones ---

    /// A connection on which nothing happens.
    private static final class Idle implements Protocol {
        private final Future<@Nullable Void> over = EventLoop.current().createFuture();
        private Transport transport;

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            over.setResult(null);
        }
    }

    private Coroutine<String> connect(int count) {
        return () -> {
            while (idle.size() < count) {
                List<Coroutine<Idle>> some = new ArrayList<>();
                for (int i = Math.min(AT_A_TIME, count - idle.size()); i > 0; i--) {
                    some.add(Network.current().connect(server, Idle::new));
                }
                idle.addAll(await(gather(some)));
            }
            return "connected";
        };
    }

    private Coroutine<String> close() {
        return () -> {
            for (Idle connection : idle) {
                connection.transport.close();
                await(connection.over);
            }
            idle.clear();
            return "closed";
        };
    }

    // --- Busy ones ---

    private Coroutine<String> measure(int count, long millis) {
        return () -> {
            Samples samples = new Samples();
            long end = System.nanoTime() + Duration.ofMillis(millis).toNanos();
            List<Coroutine<@Nullable Void>> all = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                all.add(() -> await(await(
                                Network.current().connect(server, () -> new Pinging(samples, end)))
                        .over));
            }
            await(gather(all));
            return Latency.of(samples.taken()).print();
        };
    }

    /// Sends a message, waits until it is back, and sends the next.
    private static final class Pinging implements Protocol {
        private final Samples samples;
        private final long end;
        private final ByteBuffer message = ByteBuffer.allocateDirect(MESSAGE);
        private final Future<@Nullable Void> over = EventLoop.current().createFuture();
        private Transport transport;
        private long sentAt;
        private int missing;

        Pinging(Samples samples, long end) {
            this.samples = samples;
            this.end = end;
        }

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
            ping();
        }

        private void ping() {
            missing = MESSAGE;
            sentAt = System.nanoTime();
            transport.write(message.clear());
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            missing -= data.remaining();
            if (missing > 0) {
                return;
            }
            long now = System.nanoTime();
            samples.add(now - sentAt);
            if (now < end) {
                ping();
            } else {
                transport.close();
            }
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            if (System.nanoTime() < end) {
                over.setException(new IOException("a connection ended early", failure));
            } else {
                over.setResult(null);
            }
        }
    }

    /// What was measured, in nanoseconds.
    private static final class Samples {
        private long[] nanos = new long[1 << 16];
        private int count;

        void add(long value) {
            if (count == nanos.length) {
                nanos = Arrays.copyOf(nanos, 2 * count);
            }
            nanos[count++] = value;
        }

        long[] taken() {
            return Arrays.copyOf(nanos, count);
        }
    }
}
