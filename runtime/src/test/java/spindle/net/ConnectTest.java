package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Async;
import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Task;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConnectTest {
    private final LoopRun loop;
    private final Socket taken = new Socket();

    ConnectTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @AfterEach
    void close() throws IOException {
        taken.close();
    }

    @Test
    void returnsTheProtocolOnceItHasItsTransport() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                List<RecordingProtocol> made = new ArrayList<>();
                RecordingProtocol client =
                        await(LoopRun.network().connect(connections.address(), () -> {
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
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                var connecting =
                        LoopRun.network().connect(connections.address(), RecordingProtocol::new);
                yieldNow();

                assertThat(connecting).isNotNull();
                assertThat(connections.server().connectionCount()).isZero();
            }
        });
    }

    @Test
    void aRefusalNamesTheAddress() throws Exception {
        InetSocketAddress nobody = addressOfNobody();
        loop.run(() -> {
            var connecting = LoopRun.network().connect(nobody, RecordingProtocol::new);

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
        loop.run(() -> {
            var connecting = LoopRun.network().connect(nobody, RecordingProtocol::new);

            assertThatThrownBy(() -> await(connecting))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "cannot connect to [0:0:0:0:0:0:0:1]:" + nobody.getPort() + ": ");
        });
    }

    @Test
    void anUnresolvedAddressIsTheCallersMistake() throws Exception {
        loop.run(() -> {
            var connecting = LoopRun.network()
                    .connect(
                            InetSocketAddress.createUnresolved("localhost", 80),
                            RecordingProtocol::new);

            assertThatThrownBy(() -> await(connecting))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("localhost")
                    .hasMessageEndingWith("resolve the name with a Resolver first");
        });
    }

    @Test
    void aFactoryThatFailsFailsTheConnectAndClosesTheSocket() throws Exception {
        long before = Descriptors.openSockets();
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                IllegalStateException failure = new IllegalStateException("no protocol today");
                var connecting = LoopRun.network().connect(connections.address(), () -> {
                    throw failure;
                });

                assertThatThrownBy(() -> await(connecting)).isSameAs(failure);
            }
        });

        Descriptors.assertOpenSocketsFallTo(before);
    }

    // --- Giving up ---

    @Test
    void cancellingAConnectClosesItsSocket() throws Exception {
        long before = Descriptors.openSockets();
        try (FullListener full = FullListener.open()) {
            loop.run(() -> {
                long connecting = Descriptors.openSockets();
                Task<RecordingProtocol> task = createTask(
                        LoopRun.network().connect(full.address(), RecordingProtocol::new));
                yieldNow();
                assertThat(task.isDone()).isFalse();
                assertThat(Descriptors.openSockets()).isGreaterThan(connecting);
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                await(Async.sleep(Duration.ofMillis(1)));

                Descriptors.assertOpenSocketsFallTo(connecting);
            });
        }

        Descriptors.assertOpenSocketsFallTo(before);
    }

    @Test
    void cancellingAConnectThatHasJustSucceededClosesItsSocket() throws Exception {
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                for (int turns = 0; turns < 5; turns++) {
                    Task<RecordingProtocol> task = createTask(LoopRun.network()
                            .connect(connections.address(), RecordingProtocol::new));
                    for (int turn = 0; turn < turns; turn++) {
                        yieldNow();
                    }
                    if (task.cancel()) {
                        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                    } else {
                        await(task).transport().abort();
                    }
                }
                await(LoopRun.until(() -> connections.server().connectionCount() == 0));
            }
        });
    }

    @Test
    void aConnectThatTakesTooLongCanBeTimedOut() throws Exception {
        try (FullListener full = FullListener.open()) {
            loop.run(() -> {
                var connecting = Async.failAfter(
                        Duration.ofMillis(50),
                        LoopRun.network().connect(full.address(), RecordingProtocol::new));

                assertThatThrownBy(() -> await(connecting)).isInstanceOf(TimeoutException.class);
            });
        }
    }

    @Test
    void aLoopThatClosesDuringAConnectClosesItsSocket() throws Exception {
        long before = Descriptors.openSockets();
        try (FullListener full = FullListener.open();
                EventLoop open = loop.open()) {
            open.createTask(Network.of(open).connect(full.address(), RecordingProtocol::new));
            open.runUntilComplete(() -> {
                yieldNow();
                return null;
            });
        }

        assertThat(loop.reports())
                .extracting(report -> report.message())
                .containsExactly(
                        "task was still pending when its loop was closed: cancel and await it first");
        Descriptors.assertOpenSocketsFallTo(before);
    }

    /// Returns an address at which nobody can listen, since its port is taken.
    private InetSocketAddress addressOfNobody() throws IOException {
        taken.bind(new InetSocketAddress(0));
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), taken.getLocalPort());
    }
}
