package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;

/// How a [HostConnector] is to connect. A value: `with…` returns a changed copy.
///
/// @param family which kind of address it may use
/// @param attemptDelay how long an attempt has the field to itself before the next address is
///     tried beside it; null tries one address after the other
/// @param localIpv4 what to connect to IPv4 addresses from; null leaves it to the system
/// @param localIpv6 what to connect to IPv6 addresses from; null leaves it to the system
/// @param socket what the system is told about the socket
public record HostConnectOptions(
        Family family,
        @Nullable Duration attemptDelay,
        @Nullable InetSocketAddress localIpv4,
        @Nullable InetSocketAddress localIpv6,
        SocketOptions socket) {
    private static final HostConnectOptions DEFAULTS = new HostConnectOptions(
            Family.ANY, Duration.ofMillis(250), null, null, SocketOptions.defaults());

    /// Checks each option.
    public HostConnectOptions {
        if (attemptDelay != null && !attemptDelay.isPositive()) {
            throw new IllegalArgumentException(
                    "expected an attempt delay of more than zero, or none, but it is "
                            + attemptDelay);
        }
        if ((localIpv4 != null && !isIpv4(localIpv4)) || (localIpv6 != null && isIpv4(localIpv6))) {
            throw new IllegalArgumentException(
                    "expected a local address of each family but they are " + localIpv4 + " and "
                            + localIpv6);
        }
    }

    /// Which kind of address may be used.
    public enum Family {
        /// IPv4 and IPv6, those that the resolver prefers first.
        ANY,
        /// IPv4 alone.
        IPV4,
        /// IPv6 alone.
        IPV6
    }

    /// Returns any address, a next one every 250 ms, which is what RFC 8305 recommends, from
    /// wherever, with the system's settings.
    public static HostConnectOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with a choice of family.
    public HostConnectOptions withFamily(Family family) {
        return new HostConnectOptions(family, attemptDelay, localIpv4, localIpv6, socket);
    }

    /// Returns these options with another time between attempts.
    public HostConnectOptions withAttemptDelay(Duration delay) {
        return new HostConnectOptions(family, delay, localIpv4, localIpv6, socket);
    }

    /// Returns these options with one attempt at a time: the next address is tried when the one
    /// before has failed.
    public HostConnectOptions withoutOverlap() {
        return new HostConnectOptions(family, null, localIpv4, localIpv6, socket);
    }

    /// Returns these options with an address to connect from, for the family that it is of. While
    /// there is one for one family alone, the other family is not used at all: whoever wants to
    /// leave through one interface does not want to leave through another.
    ///
    /// @param address with port 0 the system chooses one; with another, two attempts in the same
    ///     family cannot overlap, and the second fails
    /// @throws IllegalArgumentException if it is not resolved
    public HostConnectOptions withLocalAddress(InetSocketAddress address) {
        return isIpv4(address)
                ? new HostConnectOptions(family, attemptDelay, address, localIpv6, socket)
                : new HostConnectOptions(family, attemptDelay, localIpv4, address, socket);
    }

    /// Returns these options with settings for the socket.
    public HostConnectOptions withSocket(SocketOptions options) {
        return new HostConnectOptions(family, attemptDelay, localIpv4, localIpv6, options);
    }

    private static boolean isIpv4(InetSocketAddress address) {
        if (address.isUnresolved()) {
            throw new IllegalArgumentException(
                    "expected a resolved local address but got " + address);
        }
        return address.getAddress() instanceof Inet4Address;
    }

    /// Returns whether an address may be used.
    boolean allows(InetAddress address) {
        boolean ipv4 = address instanceof Inet4Address;
        boolean hasLocal = localIpv4 != null || localIpv6 != null;
        if (hasLocal && (ipv4 ? localIpv4 : localIpv6) == null) {
            return false;
        }
        return switch (family) {
            case ANY -> true;
            case IPV4 -> ipv4;
            case IPV6 -> !ipv4;
        };
    }

    /// Returns how to connect to one address.
    ConnectOptions forAddress(InetAddress address) {
        return new ConnectOptions(address instanceof Inet4Address ? localIpv4 : localIpv6, socket);
    }

    /// Returns what is allowed, for a message.
    String describeAllowed() {
        boolean ipv4 = family != Family.IPV6 && (localIpv4 != null || localIpv6 == null);
        boolean ipv6 = family != Family.IPV4 && (localIpv6 != null || localIpv4 == null);
        return ipv4 && ipv6 ? "IPv4 or IPv6" : ipv4 ? "IPv4" : ipv6 ? "IPv6" : "usable";
    }
}
