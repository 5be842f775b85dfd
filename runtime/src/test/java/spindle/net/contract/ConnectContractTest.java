package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import spindle.Async;
import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.net.ConnectOptions;
import spindle.net.Connections;
import spindle.net.Network;
import spindle.net.RecordingProtocol;
import spindle.net.Server;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// How connections come about, or do not.
@OnEveryNetwork
class ConnectContractTest {
    private final ContractRun contract;
    private final Socket taken = new Socket();

    ConnectContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
    }

    @AfterEach
    void close() throws IOException {
        taken.close();
    }

    @Test
    void returnsTheProtocolOnceItHasItsTransport() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                List<RecordingProtocol> made = new ArrayList<>();
                RecordingProtocol client = await(network.connect(connections.address(), () -> {
                    made.add(new RecordingProtocol());
                    return made.getLast();
                }));

                assertThat(made).containsExactly(client);
                assertThat(client.events).containsExactly("connectionMade");
                assertThat(client.transport().isClosing()).isFalse();
            }
        });
    }

    @Test
    void aCoroutineThatNobodyAwaitsConnectsNowhere() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var connecting = network.connect(connections.address(), RecordingProtocol::new);
                yieldNow();

                assertThat(connecting).isNotNull();
                assertThat(connections.server().connectionCount()).isZero();
            }
        });
    }

    @Test
    void aRefusalNamesTheAddress() throws Exception {
        InetSocketAddress nobody = addressOfNobody();
        contract.run(network -> {
            var connecting = network.connect(nobody, RecordingProtocol::new);

            assertThatThrownBy(() -> await(connecting))
                    .isInstanceOf(ConnectException.class)
                    .hasMessage("cannot connect to 127.0.0.1:" + nobody.getPort()
                            + ": Connection refused")
                    .hasCauseInstanceOf(ConnectException.class);
        });
    }

    @Test
    void aRefusalNamesAnAddressOfTheNewKindInBrackets() throws Exception {
        InetSocketAddress nobody = new InetSocketAddress(
                Inet6Address.ofLiteral("::1"), addressOfNobody().getPort());
        contract.run(network -> {
            var connecting = network.connect(nobody, RecordingProtocol::new);

            assertThatThrownBy(() -> await(connecting))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "cannot connect to [0:0:0:0:0:0:0:1]:" + nobody.getPort() + ": ");
        });
    }

    @Test
    void anUnresolvedAddressIsTheCallersMistake() throws Exception {
        contract.run(network -> {
            var connecting = network.connect(
                    InetSocketAddress.createUnresolved("localhost", 80), RecordingProtocol::new);

            assertThatThrownBy(() -> await(connecting))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("localhost")
                    .hasMessageEndingWith("resolve the name with a Resolver first");
        });
    }

    @Test
    void aFactoryThatFailsFailsTheConnectAndClosesTheConnection() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                IllegalStateException failure = new IllegalStateException("no protocol today");
                var connecting = network.connect(connections.address(), () -> {
                    throw failure;
                });

                assertThatThrownBy(() -> await(connecting)).isSameAs(failure);
                await(connections.nextAccepted().untilLost());
            }
        });
    }

    // --- From where ---

    @Test
    void connectsFromTheAddressThatItIsTold() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                SocketAddress from = addressThatIsFree(network);
                var options = ConnectOptions.defaults().withLocalAddress(from);
                var client = await(
                        network.connect(connections.address(), options, RecordingProtocol::new));
                var server = connections.nextAccepted();

                assertThat(client.transport().localAddress()).isEqualTo(from);
                assertThat(server.transport().remoteAddress()).isEqualTo(from);
                client.transport().abort();
                await(server.untilLost());
            }
        });
    }

    @Test
    void anAddressToConnectFromThatIsTakenIsNamed() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new);
                    var others = Connections.over(network, RecordingProtocol::new)) {
                var options = ConnectOptions.defaults().withLocalAddress(others.address());
                var connecting =
                        network.connect(connections.address(), options, RecordingProtocol::new);

                assertThatThrownBy(() -> await(connecting))
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot connect to 127.0.0.1:"
                                + connections.address().getPort() + ": from 127.0.0.1:"
                                + others.address().getPort() + ": Address already in use");
            }
        });
    }

    private static SocketAddress addressThatIsFree(Network network) throws IOException {
        try (Server server = network.listen(ContractRun.anyPort(), RecordingProtocol::new)) {
            return server.localAddress();
        }
    }

    // --- Giving up ---

    @Test
    void aConnectThatTakesTooLongCanBeTimedOut() throws Exception {
        contract.run(network -> {
            try (var hanging = contract.hangingAddress(network)) {
                var connecting = Async.failAfter(
                        Duration.ofMillis(50),
                        network.connect(hanging.address(), RecordingProtocol::new));

                assertThatThrownBy(() -> await(connecting)).isInstanceOf(TimeoutException.class);
            }
        });
    }

    @Test
    void aConnectThatHangsCanBeCancelled() throws Exception {
        contract.run(network -> {
            try (var hanging = contract.hangingAddress(network)) {
                Task<RecordingProtocol> task =
                        createTask(network.connect(hanging.address(), RecordingProtocol::new));
                yieldNow();
                yieldNow();
                assertThat(task.isDone()).isFalse();
                task.cancel();

                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            }
        });
    }

    @Test
    void cancellingAConnectThatHasJustSucceededClosesItsSocket() throws Exception {
        contract.run(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                for (int turns = 0; turns < 5; turns++) {
                    Task<RecordingProtocol> task = createTask(
                            network.connect(connections.address(), RecordingProtocol::new));
                    for (int turn = 0; turn < turns; turn++) {
                        yieldNow();
                    }
                    if (task.cancel()) {
                        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                    } else {
                        await(task).transport().abort();
                    }
                }
                await(contract.until(() -> connections.server().connectionCount() == 0));
            }
        });
    }

    /// Returns an address at which nobody can listen, since its port is taken.
    private InetSocketAddress addressOfNobody() throws IOException {
        taken.bind(new InetSocketAddress(0));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
    }
}
