package spindle.demos;

import spindle.net.Protocol;
import spindle.net.Transport;

import java.nio.ByteBuffer;

/// One connection of the echo server: what comes in goes out, no faster than it is taken.
final class EchoProtocol implements Protocol {
    private Transport transport;

    @Override
    public void connectionMade(Transport transport) {
        this.transport = transport;
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        transport.write(data);
    }

    /// The peer does not read what it gets back: so we don't read what it sends.
    @Override
    public void pauseWriting() {
        transport.pauseReading();
    }

    @Override
    public void resumeWriting() {
        transport.resumeReading();
    }
}
