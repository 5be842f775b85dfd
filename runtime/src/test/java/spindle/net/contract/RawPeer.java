package spindle.net.contract;

import static spindle.Async.await;
import static spindle.Async.runBlocking;

import spindle.Async;
import spindle.net.Certificates;
import spindle.net.RecordingProtocol;
import spindle.net.Transport;
import spindle.testing.SimulatedNetwork;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

import javax.net.ssl.SSLSocket;

/// A client that does what no network offers: it resets its connection.
interface RawPeer {
    void write(String text) throws IOException;

    /// Resets the connection, once everything that was written has arrived.
    void reset() throws Exception;

    /// Returns a socket of the JDK. It blocks the loop, but not for long: the system answers.
    static RawPeer plain(InetSocketAddress address) throws IOException {
        Socket socket = new Socket();
        socket.connect(address);
        return new RawPeer() {
            @Override
            public void write(String text) throws IOException {
                socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            }

            @Override
            public void reset() throws IOException {
                socket.setSoLinger(true, 0);
                socket.close();
            }
        };
    }

    /// Returns a socket of the JDK with its TLS over it.
    static RawPeer encrypted(InetSocketAddress address) throws Exception {
        Socket socket = new Socket();
        socket.connect(address);
        SSLSocket encrypted = (SSLSocket) Certificates.context()
                .getSocketFactory()
                .createSocket(socket, "localhost", address.getPort(), false);
        await(runBlocking(() -> {
            encrypted.startHandshake();
            return null;
        }));
        return new RawPeer() {
            @Override
            public void write(String text) throws IOException {
                encrypted.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
            }

            @Override
            public void reset() throws IOException {
                socket.setSoLinger(true, 0);
                socket.close(); // Not the one with TLS: that would say goodbye.
            }
        };
    }

    /// Returns an end of a simulated connection. Like the others it reads nothing.
    static RawPeer simulated(SimulatedNetwork network, InetSocketAddress address) throws Exception {
        RecordingProtocol client = await(network.connect(address, RecordingProtocol::new));
        return simulated(network, client.transport(), client);
    }

    /// Returns an end of a simulated connection with TLS.
    static RawPeer encryptedAndSimulated(EncryptedNetwork network, InetSocketAddress address)
            throws Exception {
        SimulatedNetwork lower = (SimulatedNetwork) network.lower();
        Transport plain = await(lower.connect(address, RecordingProtocol::new)).transport();
        var client = await(network.client().startTls(plain, RecordingProtocol::new));
        return simulated(lower, plain, client);
    }

    /// @param transport what of the connection the network knows
    private static RawPeer simulated(
            SimulatedNetwork network, Transport transport, RecordingProtocol client) {
        client.transport().pauseReading();
        return new RawPeer() {
            @Override
            public void write(String text) {
                client.write(text);
            }

            @Override
            public void reset() throws Exception {
                await(Async.sleep(Duration.ofMinutes(1)));
                network.connection(transport).reset();
            }
        };
    }
}
