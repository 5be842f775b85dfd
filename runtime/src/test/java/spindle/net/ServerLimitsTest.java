package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.moveOnAfter;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/// Where a server listens, and how many it takes in.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ServerLimitsTest {
    private final LoopRun loop;
    private final Deque<RecordingProtocol> accepted = new ArrayDeque<>();

    ServerLimitsTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    private Server listen(ListenOptions options, SocketAddress... addresses) throws IOException {
        return LoopRun.network().listen(List.of(addresses), options, this::newAccepted);
    }

    private RecordingProtocol newAccepted() {
        RecordingProtocol protocol = new RecordingProtocol();
        accepted.add(protocol);
        return protocol;
    }

    private static RecordingProtocol connect(SocketAddress address) throws Exception {
        return await(LoopRun.network().connect(address, RecordingProtocol::new));
    }

    private void end(Server server) throws Exception {
        server.close();
        server.abortClients();
        await(server.waitClosed());
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static int portOf(Server server) {
        return ((InetSocketAddress) server.localAddress()).getPort();
    }

    // --- Addresses ---

    @Test
    void takesInConnectionsOnEveryAddress() throws Exception {
        loop.run(() -> {
            Server server = listen(
                    ListenOptions.defaults(), at("127.0.0.1", 0), at("::1", 0), at("127.0.0.2", 0));
            assertThat(server.localAddresses()).hasSize(3);
            for (SocketAddress address : server.localAddresses()) {
                RecordingProtocol client = connect(address);
                assertThat(client.transport().remoteAddress()).isEqualTo(address);
            }
            await(LoopRun.until(() -> server.connectionCount() == 3));

            assertThat(server.toString())
                    .isEqualTo("<Server " + server.localAddresses() + " connections=3>");
            end(server);
        });
    }

    @Test
    void theWildcardTakesInBothFamilies() throws Exception {
        loop.run(() -> {
            Server server = listen(ListenOptions.defaults(), new InetSocketAddress(0));
            connect(at("127.0.0.1", portOf(server)));
            connect(at("::1", portOf(server)));
            await(LoopRun.until(() -> server.connectionCount() == 2));

            assertThat(accepted.remove().transport().remoteAddress().toString())
                    .startsWith("/127.0.0.1:");
            assertThat(accepted.remove().transport().remoteAddress().toString())
                    .startsWith("/[0:0:0:0:0:0:0:1");
            end(server);
        });
    }

    @Test
    void ifOneAddressCannotBeHadNoneIsListenedOn() throws Exception {
        loop.run(() -> {
            Server other = listen(ListenOptions.defaults(), at("127.0.0.1", 0));
            int taken = portOf(other);
            assertThatThrownBy(() -> listen(
                            ListenOptions.defaults(), at("::1", taken), at("127.0.0.1", taken)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on 127.0.0.1:" + taken + ": Address already in use");

            assertThatThrownBy(() -> connect(at("::1", taken))).isInstanceOf(IOException.class);
            end(other);
        });
    }

    @Test
    void refusesToListenNowhere() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> listen(ListenOptions.defaults()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected addresses to listen on but got none"));
    }

    @Test
    void anAddressThatIsNotResolvedIsTheCallersMistake() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> listen(
                        ListenOptions.defaults(), InetSocketAddress.createUnresolved("me", 80)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected a resolved address but got me"));
    }

    @Test
    void twoServersCanShareAPort() throws Exception {
        loop.run(() -> {
            ListenOptions shared = ListenOptions.defaults().withReusePort(true);
            Server one = listen(shared, at("127.0.0.1", 0));
            Server two = listen(shared, at("127.0.0.1", portOf(one)));
            List<Coroutine<RecordingProtocol>> connecting = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                connecting.add(
                        LoopRun.network().connect(one.localAddress(), RecordingProtocol::new));
            }
            await(gather(connecting));
            await(LoopRun.until(() -> one.connectionCount() + two.connectionCount() == 100));

            assertThat(one.connectionCount()).as("of 100").isBetween(1, 99);
            end(one);
            end(two);
        });
    }

    // --- The limit ---

    @Test
    void beyondTheLimitConnectionsWaitUntilAnotherLeaves() throws Exception {
        loop.run(() -> {
            Server server =
                    listen(ListenOptions.defaults().withMaxConnections(2), at("127.0.0.1", 0));
            List<RecordingProtocol> clients = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                clients.add(connect(server.localAddress()));
                clients.getLast().write("" + i);
            }
            await(LoopRun.until(() -> accepted.size() == 2));
            for (int turns = 0; turns < 20; turns++) {
                yieldNow();
            }
            assertThat(server.connectionCount()).isEqualTo(2);
            StringBuilder served = new StringBuilder();
            for (int i = 0; i < 5; i++) {
                await(LoopRun.until(() -> !accepted.isEmpty()));
                assertThat(server.connectionCount()).isLessThanOrEqualTo(2);
                RecordingProtocol next = accepted.remove();
                await(next.untilReceived(1));
                served.append(next.receivedText());
                next.transport().close();
            }

            assertThat(served).hasToString("01234");
            end(server);
        });
    }

    @Test
    void theLimitIsForAllAddressesTogether() throws Exception {
        loop.run(() -> {
            Server server = listen(
                    ListenOptions.defaults().withMaxConnections(1),
                    at("127.0.0.1", 0),
                    at("::1", 0));
            SocketAddress one = server.localAddresses().get(0);
            SocketAddress two = server.localAddresses().get(1);
            connect(one);
            await(LoopRun.until(() -> accepted.size() == 1));
            connect(two);
            connect(one);
            for (int turns = 0; turns < 20; turns++) {
                yieldNow();
            }
            assertThat(accepted).hasSize(1);
            accepted.getLast().transport().abort();
            await(LoopRun.until(() -> accepted.size() == 2));
            assertThat(server.connectionCount()).isEqualTo(1);
            accepted.getLast().transport().abort();
            await(LoopRun.until(() -> accepted.size() == 3));

            assertThat(server.connectionCount()).isEqualTo(1);
            end(server);
        });
    }

    @Test
    void closingAFullServerTurnsThoseAwayWhoWait() throws Exception {
        loop.run(() -> {
            Server server =
                    listen(ListenOptions.defaults().withMaxConnections(1), at("127.0.0.1", 0));
            connect(server.localAddress());
            RecordingProtocol waiting = connect(server.localAddress());
            await(LoopRun.until(() -> accepted.size() == 1));
            end(server);
            await(waiting.untilLost());

            assertThat(accepted).hasSize(1);
        });
    }

    /// Linux rounds the backlog up by one, and lets a few more half-way in.
    @Test
    void theBacklogIsWhatWasAskedFor() throws Exception {
        loop.run(() -> {
            Server server = listen(
                    ListenOptions.defaults().withBacklog(1).withMaxConnections(1),
                    at("127.0.0.1", 0));
            connect(server.localAddress());
            await(LoopRun.until(() -> accepted.size() == 1));
            int waiting = 0;
            boolean full = false;
            while (!full && waiting < 20) {
                var connecting =
                        LoopRun.network().connect(server.localAddress(), RecordingProtocol::new);
                full = await(moveOnAfter(Duration.ofMillis(100), connecting)).isEmpty();
                waiting++;
            }

            assertThat(waiting).isBetween(2, 5);
            end(server);
        });
    }

    @Test
    void optionsRefuseWhatMakesNoSense() {
        assertThatThrownBy(() -> ListenOptions.defaults().withBacklog(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "expected a backlog of at least 1 and a limit of at least 0 but they are"
                                + " 0 and 0");
        assertThatThrownBy(() -> SocketOptions.defaults().withSendBuffer(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected sizes of at least 0 but the receive buffer is 0 and the send"
                        + " buffer -1");
    }
}
