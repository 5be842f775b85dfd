package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.Task;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// TLS with the JDK's own blocking sockets at the other end.
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TlsPeersTest {
    private final LoopRun loop;
    private final byte[] data = new byte[2_000_000];

    TlsPeersTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
        new Random(7).nextBytes(data);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void anSslSocketTalksToOurServer(String version) throws Exception {
        loop.run(() -> {
            RecordingProtocol server = new RecordingProtocol();
            try (Server listening = Certificates.server()
                            .over(LoopRun.network())
                            .listen(LoopRun.anyPort(), () -> server);
                    var socket = (SSLSocket)
                            Certificates.context().getSocketFactory().createSocket()) {
                socket.setEnabledProtocols(new String[] {version});
                Task<byte[]> talking = createTask(runBlocking(() -> {
                    socket.connect(listening.localAddress());
                    Thread writing = Thread.ofVirtual().start(() -> write(socket));
                    byte[] answer = socket.getInputStream().readNBytes(data.length);
                    writing.join();
                    socket.getOutputStream().close(); // That closes it.
                    return answer;
                }));
                await(LoopRun.until(() -> !server.events.isEmpty()));
                server.write(data);
                byte[] answer = await(talking);
                await(server.untilLost());

                assertThat(Arrays.equals(answer, data)).isTrue();
                assertThat(Arrays.equals(server.received.toByteArray(), data)).isTrue();
                assertThat(server.failure()).isNull();
            }
        });
    }

    private void write(SSLSocket socket) {
        try {
            socket.getOutputStream().write(data);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void ourClientTalksToAnSslServerSocket(String version) throws Exception {
        loop.run(() -> {
            try (var listening = (SSLServerSocket) Certificates.context()
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
                listening.setEnabledProtocols(new String[] {version});
                Task<byte[]> serving = createTask(runBlocking(() -> {
                    try (var socket = (SSLSocket) listening.accept()) {
                        InputStream in = socket.getInputStream();
                        byte[] question = in.readNBytes(data.length);
                        socket.getOutputStream().write(question);
                        in.readAllBytes();
                        return question;
                    }
                }));
                RecordingProtocol client = await(Certificates.client()
                        .over(LoopRun.network())
                        .connect(
                                new InetSocketAddress(
                                        InetAddress.getLoopbackAddress(), listening.getLocalPort()),
                                RecordingProtocol::new));
                client.write(data);
                await(client.untilReceived(data.length));
                client.transport().close();
                byte[] question = await(serving);
                await(client.untilLost());

                assertThat(Arrays.equals(question, data)).isTrue();
                assertThat(Arrays.equals(client.received.toByteArray(), data)).isTrue();
                assertThat(client.failure()).isNull();
                assertThat(client.transport().tls().orElseThrow().session().getProtocol())
                        .isEqualTo(version);
            }
        });
    }
}
