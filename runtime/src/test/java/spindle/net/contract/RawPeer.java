package spindle.net.contract;

import static spindle.Async.await;

import spindle.Async;
import spindle.net.RecordingProtocol;
import spindle.testing.SimulatedNetwork;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

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

    /// Returns an end of a simulated connection. Like the other it reads nothing.
    static RawPeer simulated(SimulatedNetwork network, InetSocketAddress address) throws Exception {
        RecordingProtocol client = await(network.connect(address, RecordingProtocol::new));
        client.transport().pauseReading();
        return new RawPeer() {
            @Override
            public void write(String text) {
                client.write(text);
            }

            @Override
            public void reset() throws Exception {
                await(Async.sleep(Duration.ofMinutes(1)));
                network.connection(client.transport()).reset();
            }
        };
    }
}
