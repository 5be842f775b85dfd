package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;

/// Opens datagram channels as options say.
final class DatagramSockets {
    private static final InetAddress ANY_IPV4 = InetAddress.ofLiteral("0.0.0.0");

    private DatagramSockets() {}

    static DatagramChannel open(DatagramOptions options) throws IOException {
        try {
            DatagramChannel channel = openFor(options);
            try {
                prepare(channel, options);
            } catch (Throwable failure) {
                channel.close();
                throw failure;
            }
            return channel;
        } catch (IOException | UnsupportedOperationException failure) {
            throw new IOException(
                    "cannot open a datagram socket" + describe(options) + ": "
                            + failure.getMessage(),
                    failure);
        } catch (UnsupportedAddressTypeException failure) {
            throw new IllegalArgumentException(
                    "expected addresses of one family but got a datagram socket"
                            + describe(options),
                    failure);
        }
    }

    /// A channel for both families, unless an address says which is meant: only one that is for
    /// IPv4 alone can join a group of IPv4 on every system.
    private static DatagramChannel openFor(DatagramOptions options) throws IOException {
        InetAddress telling = tellingAddress(options);
        if (telling == null) {
            return DatagramChannel.open();
        }
        return DatagramChannel.open(
                telling instanceof Inet4Address
                        ? StandardProtocolFamily.INET
                        : StandardProtocolFamily.INET6);
    }

    private static @Nullable InetAddress tellingAddress(DatagramOptions options) {
        if (options.remoteAddress() != null) {
            return options.remoteAddress().getAddress();
        }
        if (!options.multicast().memberships().isEmpty()) {
            return options.multicast().memberships().getFirst().group();
        }
        InetSocketAddress local = options.localAddress();
        return local == null || local.getAddress().isAnyLocalAddress() ? null : local.getAddress();
    }

    private static void prepare(DatagramChannel channel, DatagramOptions options)
            throws IOException {
        channel.configureBlocking(false);
        MulticastOptions multicast = options.multicast();
        set(channel, StandardSocketOptions.SO_BROADCAST, true, options.broadcast());
        set(channel, StandardSocketOptions.SO_REUSEPORT, true, options.reusePort());
        set(
                channel,
                StandardSocketOptions.SO_RCVBUF,
                options.receiveBuffer(),
                options.receiveBuffer() > 0);
        set(
                channel,
                StandardSocketOptions.SO_SNDBUF,
                options.sendBuffer(),
                options.sendBuffer() > 0);
        // Several members of a group on one machine have the same port.
        set(
                channel,
                StandardSocketOptions.SO_REUSEADDR,
                true,
                !multicast.memberships().isEmpty());
        channel.bind(local(options));
        prepareMulticast(channel, multicast);
        if (options.remoteAddress() != null) {
            channel.connect(options.remoteAddress());
        }
    }

    private static <T> void set(
            DatagramChannel channel, SocketOption<T> option, T value, boolean wanted)
            throws IOException {
        if (wanted) {
            channel.setOption(option, value);
        }
    }

    private static InetSocketAddress local(DatagramOptions options) {
        InetSocketAddress local = options.localAddress();
        int port = local == null ? 0 : local.getPort();
        if (local != null && !local.getAddress().isAnyLocalAddress()) {
            return local;
        }
        boolean ipv4 = tellingAddress(options) instanceof Inet4Address;
        return ipv4 ? new InetSocketAddress(ANY_IPV4, port) : new InetSocketAddress(port);
    }

    private static void prepareMulticast(DatagramChannel channel, MulticastOptions multicast)
            throws IOException {
        if (multicast.equals(MulticastOptions.defaults())) {
            return; // The system's own.
        }
        if (multicast.sendThrough() != null) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, multicast.sendThrough());
        }
        channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, multicast.hops());
        channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, multicast.loopback());
        for (MulticastOptions.Membership membership : multicast.memberships()) {
            if (membership.source() == null) {
                channel.join(membership.group(), membership.through());
            } else {
                channel.join(membership.group(), membership.through(), membership.source());
            }
        }
    }

    private static String describe(DatagramOptions options) {
        return (options.localAddress() == null
                        ? ""
                        : " at " + Addresses.describe(options.localAddress()))
                + (options.remoteAddress() == null
                        ? ""
                        : " connected to " + Addresses.describe(options.remoteAddress()));
    }
}
