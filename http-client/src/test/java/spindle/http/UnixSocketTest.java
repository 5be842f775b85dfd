package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/// Requests to a server that listens at a path, and not at a port.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class UnixSocketTest {
    private final ClientRun client;

    @TempDir
    private Path folder;

    UnixSocketTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// Answers each request with the request. It stands on blocking channels and threads of its
    /// own.
    private static final class EchoServer implements AutoCloseable {
        private final ServerSocketChannel listener;
        private final AtomicInteger connections = new AtomicInteger();

        EchoServer(Path socket) throws IOException {
            listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            listener.bind(UnixDomainSocketAddress.of(socket));
            Thread.ofPlatform().daemon().name("unix-server").start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    SocketChannel peer = listener.accept();
                    connections.incrementAndGet();
                    Thread.ofPlatform().daemon().name("unix-connection").start(() -> serve(peer));
                }
            } catch (IOException closed) {
                return;
            }
        }

        private static void serve(SocketChannel peer) {
            ByteBuffer input = ByteBuffer.allocate(10_000);
            try (peer) {
                while (peer.read(input) >= 0) {
                    String request = new String(input.array(), 0, input.position(), ISO_8859_1);
                    if (request.endsWith("\r\n\r\n")) {
                        input.clear();
                        String answer = "HTTP/1.1 200 OK\r\nContent-Length: " + request.length()
                                + "\r\n\r\n" + request;
                        peer.write(ByteBuffer.wrap(answer.getBytes(ISO_8859_1)));
                    }
                }
            } catch (IOException lost) {
                return;
            }
        }

        @Override
        public void close() throws IOException {
            listener.close();
        }
    }

    private ClientOptions options() {
        return ClientRun.options().withUnixSocket(folder.resolve("s"));
    }

    @Test
    void theServerAtThePathIsAskedWhateverHostTheUrlNames() throws Exception {
        client.runInLoop(() -> {
            try (EchoServer server = new EchoServer(folder.resolve("s"));
                    ClientSession session = ClientSession.open(options())) {
                assertThat(fetch(session, "http://engine.test/containers?all=1"))
                        .startsWith("GET /containers?all=1 HTTP/1.1\r\nHost: engine.test\r\n");
                fetch(session, "http://engine.test/");

                assertThat(server.connections).hasValue(1);
            }
        });
    }

    @Test
    void aPathWhereNobodyListensIsAFailure() throws Exception {
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(options())) {
                ClientException failure = failureOf(session, "http://engine.test/");

                assertThat(failure.kind()).isEqualTo(Kind.CONNECT);
                assertThat(failure)
                        .hasMessageStartingWith("GET http://engine.test/: ")
                        .hasMessageContaining(folder.resolve("s").toString());
                assertThat(session.connectionsInUse()).isZero();
            }
        });
    }

    @Test
    void aServerThatHasGoneRefuses() throws Exception {
        new EchoServer(folder.resolve("s")).close(); // Its path stays.
        awaitRefusal(folder.resolve("s"));
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(options())) {
                assertThat(failureOf(session, "http://engine.test/").kind())
                        .isEqualTo(Kind.REFUSED);
            }
        });
    }

    /// The system listens until the thread that accepts has noticed.
    private static void awaitRefusal(Path path) {
        while (true) {
            try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
                Thread.onSpinWait();
            } catch (IOException refused) {
                return;
            }
        }
    }

    @Test
    void theRemoteAddressIsThePath() throws Exception {
        client.runInLoop(() -> {
            try (EchoServer _ = new EchoServer(folder.resolve("s"));
                    ClientSession session = ClientSession.open(options());
                    ClientResponse response = await(session.get("http://engine.test/"))) {
                assertThat(response.remoteAddress())
                        .isEqualTo(UnixDomainSocketAddress.of(folder.resolve("s")));
                await(response.discard());
            }
        });
    }
}
