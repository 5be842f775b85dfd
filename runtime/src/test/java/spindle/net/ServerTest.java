package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.runBlocking;
import static spindle.net.LoopRun.ascii;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ServerTest {
    private final LoopRun loop;

    ServerTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @Test
    void choosesAPortWhereNoneIsGiven() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                assertThat(connections.address().getPort()).isPositive();
                assertThat(connections.server().toString())
                        .isEqualTo("<Server " + connections.address() + " connections=0>");
            }
        });
    }

    @Test
    void givesEveryConnectionAProtocolOfItsOwn() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var one = connections.own(RecordingProtocol::new);
                var two = connections.plain();
                one.client().write("one");
                two.client().getOutputStream().write(ascii("two"));
                await(one.server().untilReceived(3));
                await(two.server().untilReceived(3));
                two.client().close();

                assertThat(one.server().receivedText()).isEqualTo("one");
                assertThat(two.server().receivedText()).isEqualTo("two");
            }
        });
    }

    @Test
    void acceptsTwoThousandConnections() throws Exception {
        loop.run(() -> {
            List<RecordingProtocol> accepted = new ArrayList<>();
            try (Server server = LoopRun.network().listen(LoopRun.anyPort(), () -> {
                accepted.add(new RecordingProtocol());
                return accepted.getLast();
            })) {
                List<Coroutine<RecordingProtocol>> connecting = new ArrayList<>();
                for (int i = 0; i < 2000; i++) {
                    connecting.add(LoopRun.network()
                            .connect(LoopRun.addressOf(server), RecordingProtocol::new));
                }
                List<RecordingProtocol> clients = await(gather(connecting));
                await(LoopRun.until(() -> accepted.size() == 2000));
                assertThat(server.connectionCount()).isEqualTo(2000);
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
        List<ExceptionHandler.Context> reports = loop.runWithReports(() -> {
            try (var connections = Connections.to(() -> {
                if (failing[0]) {
                    failing[0] = false;
                    throw failure;
                }
                return new RecordingProtocol();
            })) {
                RecordingProtocol unlucky = await(
                        LoopRun.network().connect(connections.address(), RecordingProtocol::new));
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
        List<ExceptionHandler.Context> reports = loop.runWithReports(() -> {
            try (var connections = Connections.to(() -> {
                if (failing[0]) {
                    failing[0] = false;
                    throw failure;
                }
                return new RecordingProtocol();
            })) {
                RecordingProtocol unlucky = await(
                        LoopRun.network().connect(connections.address(), RecordingProtocol::new));
                await(unlucky.untilLost());
                connections.own(RecordingProtocol::new);
            }
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().exception()).isSameAs(failure);
    }

    @Test
    void closingItKeepsTheConnectionsAndRefusesNewOnes() throws Exception {
        loop.run(() -> {
            var connections = Connections.toRecording();
            var ends = connections.own(RecordingProtocol::new);
            connections.server().close();
            connections.server().close();
            var late = LoopRun.network().connect(connections.address(), RecordingProtocol::new);
            assertThatThrownBy(() -> await(late)).isInstanceOf(IOException.class);
            ends.client().write("still here");
            await(ends.server().untilReceived(10));

            assertThat(connections.server().connectionCount()).isEqualTo(1);
            assertThat(connections.server().toString()).contains(" closed connections=1");
            connections.close();
        });
    }

    @Test
    void abortClientsEndsEveryConnectionAndListensOn() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var one = connections.own(RecordingProtocol::new);
                var two = connections.plain();
                connections.server().abortClients();
                await(one.server().untilLost());
                await(one.client().untilLost());
                int end = await(runBlocking(() -> two.client().getInputStream().read()));
                await(two.server().untilLost());

                assertThat(end).isEqualTo(-1);
                assertThat(one.server().failure()).isNull();
                assertThat(connections.server().connectionCount()).isZero();
                connections.own(RecordingProtocol::new);
                assertThat(connections.server().connectionCount()).isEqualTo(1);
            }
        });
    }

    @Test
    void aConnectionThatIsResetBeforeItIsAcceptedHarmsNobody() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                try (Socket impatient = new Socket()) {
                    impatient.setSoLinger(true, 0);
                    impatient.connect(connections.address());
                }
                var ends = connections.plain();
                ends.client().close();

                assertThat(connections.server().connectionCount()).isLessThanOrEqualTo(2);
            }
        });
    }

    @Test
    void anAddressInUseIsNamed() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                InetSocketAddress taken = connections.address();

                assertThatThrownBy(() -> LoopRun.network().listen(taken, RecordingProtocol::new))
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot listen on 127.0.0.1:" + taken.getPort()
                                + ": Address already in use");
            }
        });
    }

    @Test
    void anAddressOfAnotherMachineIsNamed() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> LoopRun.network()
                        .listen(new InetSocketAddress("192.0.2.99", 0), RecordingProtocol::new))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot listen on 192.0.2.99:0: "));
    }

    // --- Closing the loop ---

    @Test
    void closingTheLoopClosesEverySocketAndTellsEveryProtocol() throws Exception {
        long before = Descriptors.openSockets();
        List<RecordingProtocol> protocols = new ArrayList<>();
        try (EventLoop open = loop.open()) {
            open.runUntilComplete(() -> {
                var connections = Connections.toRecording();
                for (int i = 0; i < 20; i++) {
                    var ends = connections.own(RecordingProtocol::new);
                    protocols.add(ends.client());
                    protocols.add(ends.server());
                }
                protocols.get(0).write(new byte[32_000_000]);
                protocols.get(2).transport().close();
                protocols.get(4).transport().pauseReading();
                return null;
            });
            assertThat(Descriptors.openSockets()).isGreaterThanOrEqualTo(40);
        }

        Descriptors.assertOpenSocketsFallTo(before);
        assertThat(loop.reports()).isEmpty();
        assertThat(protocols)
                .allSatisfy(protocol -> assertThat(protocol.events)
                        .containsOnlyOnce("connectionLost")
                        .endsWith("connectionLost"));
        assertThat(protocols.get(10).failure()).hasMessage("the event loop was closed");
    }

    @Test
    void aProtocolThatFailsWhileTheLoopClosesDoesNotKeepTheOthersOpen() throws Exception {
        long before = Descriptors.openSockets();
        try (EventLoop open = loop.open()) {
            open.runUntilComplete(() -> {
                var connections = Connections.to(() -> new RecordingProtocol() {
                    @Override
                    public void connectionLost(Exception failure) {
                        throw new IllegalStateException("a bug");
                    }
                });
                for (int i = 0; i < 3; i++) {
                    connections.own(RecordingProtocol::new);
                }
                return null;
            });
        }

        Descriptors.assertOpenSocketsFallTo(before);
        assertThat(loop.reports())
                .hasSize(3)
                .allSatisfy(report ->
                        assertThat(report.message()).isEqualTo("protocol.connectionLost() failed"));
    }
}
