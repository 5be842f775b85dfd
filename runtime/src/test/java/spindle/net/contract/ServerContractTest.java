package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;
import spindle.net.Connections;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.RecordingProtocol;
import spindle.net.Server;
import spindle.net.contract.NetworkUnderTest.Trait;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What a server does.
@OnEveryNetwork
class ServerContractTest {
    private static final int MANY = 1000;

    private final ContractRun contract;

    ServerContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    @Test
    void choosesAPortWhereNoneIsGiven() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                assertThat(connections.address().getPort()).isPositive();
                assertThat(connections.server().toString())
                        .contains("<Server " + connections.address() + " connections=0>");
            }
        });
    }

    @Test
    void givesEveryConnectionAProtocolOfItsOwn() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var one = connections.own(RecordingProtocol::new);
                var two = connections.own(RecordingProtocol::new);
                one.client().write("one");
                two.client().write("two");
                await(one.server().untilReceived(3));
                await(two.server().untilReceived(3));

                assertThat(one.server().receivedText()).isEqualTo("one");
                assertThat(two.server().receivedText()).isEqualTo("two");
            }
        });
    }

    @Test
    void acceptsManyConnectionsAtOnce() throws Exception {
        contract.run(network -> {
            List<RecordingProtocol> accepted = new ArrayList<>();
            try (Server server = network.listen(ContractRun.anyPort(), () -> {
                accepted.add(new RecordingProtocol());
                return accepted.getLast();
            })) {
                List<Coroutine<RecordingProtocol>> connecting = new ArrayList<>();
                for (int i = 0; i < MANY; i++) {
                    connecting.add(network.connect(server.localAddress(), RecordingProtocol::new));
                }
                List<RecordingProtocol> clients = await(gather(connecting));
                await(contract.until(() -> accepted.size() == MANY));
                assertThat(server.connectionCount()).isEqualTo(MANY);
                for (RecordingProtocol client : clients) {
                    client.write("hello");
                }
                for (RecordingProtocol protocol : accepted) {
                    await(protocol.untilReceived(5));
                }
                server.abortClients();
                for (RecordingProtocol client : clients) {
                    await(client.untilLost());
                }

                assertThat(server.connectionCount()).isZero();
            }
        });
    }

    @Test
    void aFactoryThatFailsCostsOneConnection() throws Exception {
        IllegalStateException failure = new IllegalStateException("no protocol for you");
        boolean[] failing = {true};
        List<ExceptionHandler.Context> reports = contract.runWithReports(network -> {
            try (var connections = Connections.over(network, () -> {
                if (failing[0]) {
                    failing[0] = false;
                    throw failure;
                }
                return new RecordingProtocol();
            })) {
                RecordingProtocol unlucky =
                        await(network.connect(connections.address(), RecordingProtocol::new));
                await(unlucky.untilLost());
                var lucky = connections.own(RecordingProtocol::new);
                lucky.client().write("hello");
                await(lucky.server().untilReceived(5));

                assertThat(connections.server().connectionCount()).isEqualTo(1);
            }
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().message())
                .isEqualTo("cannot serve a connection, it is closed");
        assertThat(reports.getFirst().exception()).isSameAs(failure);
        assertThat(reports.getFirst().source()).isInstanceOf(Server.class);
    }

    @Test
    void aFactoryThatFailsWithAnErrorCostsOneConnection() throws Exception {
        AssertionError failure = new AssertionError("no protocol for you");
        boolean[] failing = {true};
        List<ExceptionHandler.Context> reports = contract.runWithReports(network -> {
            try (var connections = Connections.over(network, () -> {
                if (failing[0]) {
                    failing[0] = false;
                    throw failure;
                }
                return new RecordingProtocol();
            })) {
                RecordingProtocol unlucky =
                        await(network.connect(connections.address(), RecordingProtocol::new));
                await(unlucky.untilLost());
                connections.own(RecordingProtocol::new);
            }
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().exception()).isSameAs(failure);
    }

    @Test
    void closingItKeepsTheConnectionsAndRefusesNewOnes() throws Exception {
        contract.run(network -> {
            var connections = Connections.over(network, RecordingProtocol::new);
            var ends = connections.own(RecordingProtocol::new);
            connections.server().close();
            connections.server().close();
            var late = network.connect(connections.address(), RecordingProtocol::new);
            assertThatThrownBy(() -> await(late))
                    .isInstanceOf(ConnectException.class)
                    .hasMessageEndingWith(": Connection refused");
            ends.client().write("still here");
            await(ends.server().untilReceived(10));

            assertThat(connections.server().connectionCount()).isEqualTo(1);
            assertThat(connections.server().toString()).contains(" closed connections=1");
            connections.close();
        });
    }

    @Test
    void abortClientsEndsEveryConnectionAndListensOn() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var one = connections.own(RecordingProtocol::new);
                var two = connections.own(RecordingProtocol::new);
                connections.server().abortClients();
                await(one.server().untilLost());
                await(one.client().untilLost());
                await(two.client().untilLost());
                await(two.server().untilLost());

                assertThat(one.server().failure()).isNull();
                assertThat(connections.server().connectionCount()).isZero();
                connections.own(RecordingProtocol::new);
                assertThat(connections.server().connectionCount()).isEqualTo(1);
            }
        });
    }

    @Test
    void anAddressInUseIsNamed() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                InetSocketAddress taken = connections.address();

                assertThatThrownBy(() -> network.listen(taken, RecordingProtocol::new))
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot listen on 127.0.0.1:" + taken.getPort()
                                + ": Address already in use");
            }
        });
    }

    @Test
    void listensOnSeveralAddressesOrOnNone() throws Exception {
        contract.run(network -> {
            try (var other = Connections.over(network, RecordingProtocol::new)) {
                var addresses = List.of(ContractRun.anyPort(), ContractRun.anyPort());
                List<RecordingProtocol> accepted = new ArrayList<>();
                Supplier<RecordingProtocol> protocols = () -> {
                    accepted.add(new RecordingProtocol());
                    return accepted.getLast();
                };
                try (Server server =
                        network.listen(addresses, ListenOptions.defaults(), protocols)) {
                    assertThat(server.localAddresses()).hasSize(2).doesNotHaveDuplicates();
                    for (SocketAddress address : server.localAddresses()) {
                        await(network.connect(address, RecordingProtocol::new));
                    }
                    await(contract.until(() -> accepted.size() == 2));
                    assertThat(server.connectionCount()).isEqualTo(2);
                    server.abortClients();
                }
                var free = addressOfNobody(network);
                var oneTaken = List.of(free, other.address());
                assertThatThrownBy(() -> network.listen(
                                oneTaken, ListenOptions.defaults(), RecordingProtocol::new))
                        .hasMessageEndingWith(": Address already in use");
                network.listen(free, RecordingProtocol::new).close();
            }
        });
    }

    private static SocketAddress addressOfNobody(Network network) throws IOException {
        try (Server server = network.listen(ContractRun.anyPort(), RecordingProtocol::new)) {
            return server.localAddress();
        }
    }

    @Test
    void takesInNoMoreConnectionsThanItMay() throws Exception {
        contract.run(network -> {
            List<RecordingProtocol> accepted = new ArrayList<>();
            ListenOptions two = ListenOptions.defaults().withMaxConnections(2);
            try (Server server = network.listen(List.of(ContractRun.anyPort()), two, () -> {
                accepted.add(new RecordingProtocol());
                return accepted.getLast();
            })) {
                for (int i = 0; i < 3; i++) {
                    createTask(() -> {
                        var client = await(
                                network.connect(server.localAddress(), RecordingProtocol::new));
                        client.write("hello");
                    });
                }
                await(contract.until(() -> accepted.size() == 2));
                await(contract.settle(network));
                assertThat(server.connectionCount()).isEqualTo(2);
                accepted.getFirst().transport().close();
                await(contract.until(() -> accepted.size() == 3));
                await(accepted.getLast().untilReceived(5));
                assertThat(server.connectionCount()).isEqualTo(2);
                await(contract.until(() -> accepted.stream()
                                .filter(protocol -> protocol.received.size() == 5)
                                .count()
                        == 3));
                server.abortClients();
            }
        });
    }

    @Test
    void whoWaitsToBeAcceptedIsTurnedAwayWhenItCloses() throws Exception {
        contract.needs(Trait.RESET);
        contract.run(network -> {
            ListenOptions one = ListenOptions.defaults().withMaxConnections(1);
            Server server =
                    network.listen(List.of(ContractRun.anyPort()), one, RecordingProtocol::new);
            var first = await(network.connect(server.localAddress(), RecordingProtocol::new));
            Task<@Nullable Exception> second = createTask(() -> failureOfAConnection(
                    network.connect(server.localAddress(), RecordingProtocol::new)));
            await(contract.settle(network));
            assertThat(server.connectionCount()).isEqualTo(1);
            server.close();
            assertThat(await(second)).hasMessageEndingWith("Connection reset");
            first.transport().close();
            await(server.waitClosed());
        });
    }

    /// Returns what a connection ends with, or what keeps it from being made: the system takes it
    /// in before the server does, but no handshake begins.
    private static @Nullable Exception failureOfAConnection(Coroutine<RecordingProtocol> connecting)
            throws Exception {
        try {
            RecordingProtocol client = await(connecting);
            await(client.untilLost());
            return client.failure();
        } catch (IOException failure) {
            return failure;
        }
    }

    // --- Ending ---

    @Test
    void closeClientsSendsWhatWasWrittenFirst() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                byte[] data = contract.moreThanFits();
                ends.server().write(data);
                connections.server().closeClients();
                await(ends.client().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(data.length);
                assertThat(connections.server().isClosed()).isFalse();
            }
        });
    }

    @Test
    void waitClosedWaitsForTheLastConnectionToo() throws Exception {
        contract.run(network -> {
            var connections = Connections.over(network, RecordingProtocol::new);
            var ends = connections.own(RecordingProtocol::new);
            Task<?> waiting = createTask(connections.server().waitClosed());
            await(contract.settle(network));
            assertThat(waiting.isDone()).isFalse();
            connections.server().close();
            await(contract.settle(network));
            assertThat(waiting.isDone()).isFalse();
            ends.client().transport().close();
            await(waiting);

            assertThat(ends.server().events).endsWith("connectionLost");
            await(connections.server().waitClosed());
        });
    }

    @Test
    void shutDownAbortsWhoStaysLongerThanItMay() throws Exception {
        contract.run(network -> {
            var connections = Connections.over(network, RecordingProtocol::new);
            var leaving = connections.own(RecordingProtocol::new);
            var staying = connections.own(RecordingProtocol::new);
            leaving.client().transport().close();
            int aborted = await(connections.server().shutDown(Duration.ofMillis(100)));

            assertThat(aborted).isEqualTo(1);
            assertThat(staying.server().events).endsWith("connectionLost");
            assertThat(leaving.server().events).endsWith("connectionLost");
            assertThat(connections.server().isClosed()).isTrue();
        });
    }

    @Test
    void aShutDownThatIsCancelledAbortsAtOnce() throws Exception {
        contract.run(network -> {
            var connections = Connections.over(network, RecordingProtocol::new);
            var ends = connections.own(RecordingProtocol::new);
            Task<Integer> shutDown = createTask(connections.server().shutDown(Duration.ofDays(2)));
            await(contract.settle(network));
            shutDown.cancel();
            assertThatThrownBy(() -> await(shutDown)).isInstanceOf(CancelledError.class);
            await(ends.server().untilLost());

            assertThat(connections.server().connectionCount()).isZero();
        });
    }

    // --- Unix domain sockets ---

    @Test
    void listensOnAPathAsWell(@TempDir Path folder) throws Exception {
        UnixDomainSocketAddress path = UnixDomainSocketAddress.of(folder.resolve("socket"));
        contract.run(network -> {
            try (var connections = Connections.over(network, path, RecordingProtocol::new)) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("hello");
                await(ends.server().untilReceived(5));

                assertThat(connections.server().localAddress()).isEqualTo(path);
                assertThat(ends.client().transport().remoteAddress()).isEqualTo(path);
                assertThat(ends.client().transport().localAddress())
                        .isEqualTo(UnixDomainSocketAddress.of(""));
                assertThatThrownBy(() -> network.listen(path, RecordingProtocol::new))
                        .hasMessage("cannot listen on " + path + ": Address already in use");
            }
            network.listen(path, RecordingProtocol::new).close();
            assertThatThrownBy(() -> await(network.connect(path, RecordingProtocol::new)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot connect to " + path + ": No such file or directory");
        });
    }

    // --- Closing the loop ---

    @Test
    void closingTheLoopTellsEveryProtocol() throws Exception {
        List<RecordingProtocol> protocols = new ArrayList<>();
        try (EventLoop open = contract.openLoop()) {
            open.runUntilComplete(() -> {
                var connections = Connections.over(contract.openNetwork(), RecordingProtocol::new);
                for (int i = 0; i < 10; i++) {
                    var ends = connections.own(RecordingProtocol::new);
                    protocols.add(ends.client());
                    protocols.add(ends.server());
                }
                protocols.get(0).write(contract.moreThanFits());
                protocols.get(2).transport().close();
                protocols.get(4).transport().pauseReading();
                connections.server().close();
                return null;
            });
        }

        assertThat(contract.reports()).isEmpty();
        assertThat(protocols)
                .allSatisfy(protocol -> assertThat(protocol.events)
                        .containsOnlyOnce("connectionLost")
                        .endsWith("connectionLost"));
        assertThat(protocols.get(10).failure()).hasMessage("the event loop was closed");
    }
}
