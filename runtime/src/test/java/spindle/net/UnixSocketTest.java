package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class UnixSocketTest {
    @TempDir
    Path folder;

    private final LoopRun loop;
    private final List<RecordingProtocol> accepted = new ArrayList<>();

    UnixSocketTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    private UnixDomainSocketAddress address() {
        return UnixDomainSocketAddress.of(folder.resolve("s"));
    }

    private Server listen() throws IOException {
        return LoopRun.network().listen(address(), () -> {
            accepted.add(new RecordingProtocol());
            return accepted.getLast();
        });
    }

    private RecordingProtocol connect() throws Exception {
        return await(LoopRun.network().connect(address(), RecordingProtocol::new));
    }

    // --- Talking ---

    @Test
    void bytesGoBothWays() throws Exception {
        loop.run(() -> {
            try (Server server = listen()) {
                RecordingProtocol client = connect();
                await(LoopRun.until(() -> !accepted.isEmpty()));
                RecordingProtocol peer = accepted.getFirst();
                client.write("ping");
                await(peer.untilReceived(4));
                peer.write("pong");
                await(client.untilReceived(4));
                client.transport().close();
                await(peer.untilLost());

                assertThat(peer.receivedText()).isEqualTo("ping");
                assertThat(client.receivedText()).isEqualTo("pong");
                assertThat(server.localAddresses()).containsExactly(address());
            }
        });
    }

    @Test
    void aClientHasAnAddressWithoutAName() throws Exception {
        loop.run(() -> {
            try (Server _ = listen()) {
                RecordingProtocol client = connect();
                await(LoopRun.until(() -> !accepted.isEmpty()));

                assertThat(client.transport().remoteAddress()).isEqualTo(address());
                assertThat(client.transport().localAddress())
                        .isEqualTo(UnixDomainSocketAddress.of(""));
                assertThat(accepted.getFirst().transport().remoteAddress())
                        .isEqualTo(UnixDomainSocketAddress.of(""));
                assertThat(accepted.getFirst().transport().toString())
                        .isEqualTo("<Transport open " + folder.resolve("s") + " ->  queued=0>");
                client.transport().abort();
                await(accepted.getFirst().untilLost());
            }
        });
    }

    @Test
    void aClientCanHaveAName() throws Exception {
        UnixDomainSocketAddress name = UnixDomainSocketAddress.of(folder.resolve("client"));
        loop.run(() -> {
            try (Server _ = listen()) {
                RecordingProtocol client = await(LoopRun.network()
                        .connect(
                                address(),
                                ConnectOptions.defaults().withLocalAddress(name),
                                RecordingProtocol::new));
                await(LoopRun.until(() -> !accepted.isEmpty()));

                assertThat(accepted.getFirst().transport().remoteAddress()).isEqualTo(name);
                client.transport().abort();
                await(accepted.getFirst().untilLost());
            }
        });
    }

    @Test
    void nobodyThereIsAFailureThatNamesThePath() throws Exception {
        loop.run(() -> assertThatThrownBy(this::connect)
                .isInstanceOf(IOException.class)
                .hasMessage("cannot connect to " + address() + ": No such file or directory"));
    }

    // --- The file ---

    @Test
    void theFileGoesWithTheServer() throws Exception {
        loop.run(() -> {
            Server server = listen();
            assertThat(address().getPath()).exists();
            server.close();

            assertThat(address().getPath()).doesNotExist();
        });
    }

    @Test
    void aFileThatADeadServerHasLeftIsReplaced() throws Exception {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(address());
        }
        assertThat(address().getPath()).exists();
        loop.run(() -> {
            try (Server _ = listen()) {
                connect().transport().abort();
            }
        });
    }

    @Test
    void aServerThatIsAliveIsLeftAlone() throws Exception {
        loop.run(() -> {
            try (Server _ = listen()) {
                assertThatThrownBy(this::listen)
                        .isInstanceOf(IOException.class)
                        .hasMessage("cannot listen on " + address() + ": Address already in use");

                assertThat(address().getPath()).exists();
                connect().transport().abort();
            }
        });
    }

    /// It has just no time for its clients: whoever asks whether it lives must not wait for it,
    /// and must not take a full backlog for an end.
    @Test
    void aServerWhoseBacklogIsFullIsLeftAlone() throws Exception {
        List<SocketChannel> waiting = new ArrayList<>();
        try (ServerSocketChannel busy = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            busy.bind(address(), 1);
            fillBacklog(waiting);
            loop.run(() -> assertThatThrownBy(this::listen)
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on " + address() + ": Address already in use"));

            assertThat(address().getPath()).exists();
        } finally {
            for (SocketChannel client : waiting) {
                client.close();
            }
        }
    }

    private void fillBacklog(List<SocketChannel> waiting) throws IOException {
        for (int i = 0; i < 10; i++) {
            SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
            waiting.add(client);
            client.configureBlocking(false);
            try {
                client.connect(address());
            } catch (IOException full) {
                return;
            }
        }
        throw new AssertionError("the backlog takes everybody");
    }

    @Test
    void aFileThatIsNoSocketIsLeftAlone() throws Exception {
        Files.writeString(address().getPath(), "precious");
        loop.run(() -> assertThatThrownBy(this::listen)
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on " + address()
                        + ": there is a file by that name that is no socket"));

        assertThat(address().getPath()).hasContent("precious");
    }

    @Test
    void aLinkIsLeftAloneEvenIfItPointsNowhere() throws Exception {
        Files.createSymbolicLink(address().getPath(), folder.resolve("nowhere"));
        loop.run(() -> assertThatThrownBy(this::listen)
                .hasMessage("cannot listen on " + address()
                        + ": there is a file by that name that is no socket"));

        assertThat(address().getPath()).isSymbolicLink();
    }

    @Test
    void theFileOfASuccessorIsLeftAlone() throws Exception {
        loop.run(() -> {
            Server first = listen();
            Files.delete(address().getPath());
            Server second = listen();
            first.close();

            assertThat(address().getPath()).exists();
            connect().transport().abort();
            second.close();
            assertThat(address().getPath()).doesNotExist();
        });
    }

    @Test
    void aFileThatSomebodyHasRemovedIsNotMissed() throws Exception {
        loop.run(() -> {
            Server server = listen();
            Files.delete(address().getPath());

            server.close();
        });
    }

    @Test
    void aPathThatIsTooLongIsSaidToBe() throws Exception {
        UnixDomainSocketAddress longAddress =
                UnixDomainSocketAddress.of(folder.resolve("x".repeat(120)));
        loop.run(() -> {
            assertThatThrownBy(() -> LoopRun.network().listen(longAddress, RecordingProtocol::new))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot listen on " + longAddress + ": Unix domain path too long");
            var connecting = LoopRun.network().connect(longAddress, RecordingProtocol::new);
            assertThatThrownBy(() -> await(connecting))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot connect to " + longAddress + ": Unix domain path too long");
        });
    }

    @Test
    void aPortCannotBeShared() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> LoopRun.network()
                        .listen(
                                List.of(address()),
                                ListenOptions.defaults().withReusePort(true),
                                RecordingProtocol::new))
                .isInstanceOf(IOException.class)
                .hasMessage("cannot listen on " + address() + ": 'SO_REUSEPORT' not supported"));
    }
}
