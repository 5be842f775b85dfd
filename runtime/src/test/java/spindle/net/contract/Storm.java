package spindle.net.contract;

import static spindle.Async.await;
import static spindle.Async.gather;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.net.Network;
import spindle.net.Server;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Many connections to a server that sends back what it gets. Each is ended somewhere, by one of
/// its ends or by the network between them, in one of many ways that a seed chooses. Whatever
/// happens, each end must be told of it in order, receive nothing but a beginning of what was sent,
/// and be gone in the end.
final class Storm {
    private enum Ending {
        EOF,
        CLOSE,
        ABORT,
        ABORT_UNREAD
    }

    private static final List<Ending> ENDINGS = List.of(Ending.values());
    private static final int AT_A_TIME = 200;

    private final Network network;
    private final Random random;
    private final boolean virtual;
    private final List<String> violations = new ArrayList<>();
    private final List<Client> clients = new ArrayList<>();
    private final List<EchoEnd> servers = new ArrayList<>();
    /// The most that a connection has sent from an address: the system gives out ports again.
    private final Map<SocketAddress, Long> sentFrom = new HashMap<>();
    private final Map<String, Integer> outcomes = new HashMap<>();

    Storm(Network network, long seed, boolean virtual) {
        this.network = network;
        this.random = new Random(seed);
        this.virtual = virtual;
    }

    /// Runs the storm, and returns what was not as it should be.
    Coroutine<List<String>> run(int connections) {
        return () -> {
            Server server = network.listen(ContractRun.anyPort(), () -> {
                servers.add(new EchoEnd());
                return servers.getLast();
            });
            for (int i = 0; i < connections; i += AT_A_TIME) {
                List<Coroutine<@Nullable Void>> batch = new ArrayList<>();
                for (int j = i; j < Math.min(connections, i + AT_A_TIME); j++) {
                    batch.add(connection(server.localAddress(), j));
                }
                await(gather(batch));
            }
            int left =
                    await(server.shutDown(virtual ? Duration.ofDays(1) : Duration.ofMillis(200)));
            count("ends aborted by the server's shutdown", left);
            checkTheEnd(server);
            return violations;
        };
    }

    /// Returns how many connections came to which end.
    Map<String, Integer> outcomes() {
        return outcomes;
    }

    private void count(String outcome, int times) {
        outcomes.merge(outcome, times, Integer::sum);
    }

    private void checkTheEnd(Server server) {
        if (server.connectionCount() > 0) {
            violations.add("the server still has connections");
        }
        for (Client client : clients) {
            if (client.isMade() && !client.isLost()) {
                violations.add("a client is not told of its end");
            }
        }
        for (EchoEnd end : servers) {
            if (end.isMade() && !end.isLost()) {
                violations.add("a server's end is not told of its end");
            }
            Long sent = sentFrom.get(end.peer());
            if (end.received() > (sent == null ? 0 : sent)) {
                violations.add("more was received than sent");
            }
        }
    }

    // --- One connection ---

    private Coroutine<@Nullable Void> connection(SocketAddress address, int number) {
        return () -> {
            Client client;
            try {
                client = await(network.connect(address, () -> new Client(number)));
            } catch (IOException refused) {
                count("not connected", 1);
                return null;
            }
            clients.add(client);
            await(client.play());
            return null;
        };
    }

    private Coroutine<@Nullable Void> aMoment() {
        Duration moment = Duration.ofMillis(random.nextInt(20));
        return () -> {
            if (virtual) {
                await(Async.sleep(moment));
            } else {
                Async.yieldNow();
            }
            return null;
        };
    }

    /// Sends a stream in pieces, and ends somehow.
    private final class Client extends CheckedProtocol {
        private final int key;
        private final Ending ending = ENDINGS.get(random.nextInt(ENDINGS.size()));
        private final int size = 1 + random.nextInt(random.nextInt(8) == 0 ? 300_000 : 10_000);
        private long sent;
        private @Nullable Future<@Nullable Void> over;

        Client(int key) {
            super(violations);
            this.key = key;
        }

        Coroutine<@Nullable Void> play() {
            return () -> {
                SocketAddress local = transport().localAddress();
                while (sent < size && !transport().isClosing()) {
                    send(Math.min(1 + random.nextInt(2 * size), (int) (size - sent)));
                    sentFrom.merge(local, sent, Math::max);
                    if (random.nextInt(3) == 0) {
                        await(aMoment());
                    }
                }
                await(end());
                boolean inTime = await(Async.moveOnAfter(giveUp(), untilLost()));
                if (!inTime) {
                    transport().abort();
                    await(Async.moveOnAfter(giveUp(), untilLost()));
                }
                conclude(inTime);
                return null;
            };
        }

        private Coroutine.Action untilLost() {
            return () -> {
                if (!isLost()) {
                    over = EventLoop.current().createFuture();
                    await(over);
                }
            };
        }

        /// Must exceed what any connection that is not cut takes.
        private Duration giveUp() {
            return virtual ? Duration.ofHours(1) : Duration.ofSeconds(2);
        }

        private void send(int count) {
            byte[] piece = new byte[count];
            for (int i = 0; i < count; i++) {
                piece[i] = streamByte(key, sent + i);
            }
            sent += count;
            transport().write(ByteBuffer.wrap(piece));
        }

        private Coroutine<@Nullable Void> end() {
            return () -> {
                switch (ending) {
                    case EOF -> transport().writeEof();
                    case CLOSE -> transport().close();
                    case ABORT -> transport().abort();
                    case ABORT_UNREAD -> {
                        transport().pauseReading();
                        await(aMoment());
                        transport().abort();
                    }
                }
                return null;
            };
        }

        private void conclude(boolean inTime) {
            if (received() > sent) {
                violated("more came back than was sent");
            }
            boolean whole = received() == sent;
            if (ending == Ending.EOF && inTime && failure() == null && !whole && !cutShort()) {
                violated("not all came back, and nobody says why");
            }
            count(ending + (failure() != null ? " broken" : whole ? " whole" : " cut short"), 1);
        }

        /// Returns whether the server's end was to end this connection early, or has broken.
        private boolean cutShort() {
            SocketAddress local = transport().localAddress();
            return servers.stream()
                    .filter(end -> local.equals(end.peer()))
                    .anyMatch(end -> end.endsEarly || end.failure() != null);
        }

        @Override
        void onLost() {
            if (over != null && !over.isDone()) {
                over.setResult(null);
            }
        }
    }

    /// Sends back what it gets, and sometimes ends the connection early.
    private final class EchoEnd extends CheckedProtocol {
        private final boolean endsEarly = random.nextInt(4) == 0;
        private final boolean aborts = random.nextBoolean();
        private final long endsAfter = random.nextInt(10_000);

        EchoEnd() {
            super(violations);
        }

        @Nullable
        SocketAddress peer() {
            return isMade() ? transport().remoteAddress() : null;
        }

        @Override
        void onData(ByteBuffer data) {
            transport().write(data);
            if (endsEarly && received() > endsAfter) {
                if (aborts) {
                    transport().abort();
                } else {
                    transport().close();
                }
            } else if (isPaused()) {
                transport().pauseReading();
            }
        }

        @Override
        void onResume() {
            transport().resumeReading();
        }
    }
}
