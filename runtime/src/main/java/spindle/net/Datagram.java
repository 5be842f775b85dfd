package spindle.net;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/// A datagram that was received.
///
/// @param data what is in it, from position to limit; the receiver's own
/// @param address where it came from
public record Datagram(ByteBuffer data, InetSocketAddress address) {
    /// Returns a copy of what is in it.
    public byte[] bytes() {
        byte[] bytes = new byte[data.remaining()];
        data.get(data.position(), bytes);
        return bytes;
    }

    /// Returns what is in it as text.
    public String text(Charset charset) {
        return new String(bytes(), charset);
    }

    /// Returns a form such as `<Datagram of 12 bytes from 192.0.2.1:53>`.
    @Override
    public String toString() {
        return "<Datagram of " + data.remaining() + " bytes from " + Addresses.describe(address)
                + ">";
    }
}
