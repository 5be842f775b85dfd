package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;

/// How a datagram socket takes part in multicast. A value: `with…` returns a changed copy.
///
/// @param memberships the groups whose datagrams it receives
/// @param sendThrough the interface through which it sends to groups; null leaves it to the
///     system
/// @param hops how far what it sends to groups may go: 0 this machine, 1 this network, up to 255
/// @param loopback whether members on this machine receive what it sends to groups
public record MulticastOptions(
        List<Membership> memberships,
        @Nullable NetworkInterface sendThrough,
        int hops,
        boolean loopback) {
    private static final MulticastOptions DEFAULTS = new MulticastOptions(List.of(), null, 1, true);

    /// Checks the numbers.
    public MulticastOptions {
        memberships = List.copyOf(memberships);
        if (hops < 0 || hops > 255) {
            throw new IllegalArgumentException("expected from 0 to 255 hops but got " + hops);
        }
    }

    /// Membership of one group.
    ///
    /// @param group its address
    /// @param through the interface on which to receive
    /// @param source whose datagrams alone to receive; null for anybody's
    public record Membership(
            InetAddress group,
            NetworkInterface through,
            @Nullable InetAddress source) {
        /// Checks the address.
        public Membership {
            if (!group.isMulticastAddress()) {
                throw new IllegalArgumentException(
                        "expected the address of a multicast group but got "
                                + group.getHostAddress());
            }
        }
    }

    /// Returns no groups; one hop, and members on this machine receive too.
    public static MulticastOptions defaults() {
        return DEFAULTS;
    }

    /// Returns these options with a group more.
    public MulticastOptions withGroup(InetAddress group, NetworkInterface through) {
        return withMembership(new Membership(group, through, null));
    }

    /// Returns these options with a membership more.
    public MulticastOptions withMembership(Membership membership) {
        List<Membership> all = new ArrayList<>(memberships);
        all.add(membership);
        return new MulticastOptions(all, sendThrough, hops, loopback);
    }

    /// Returns these options with an interface to send through.
    public MulticastOptions withSendThrough(NetworkInterface through) {
        return new MulticastOptions(memberships, through, hops, loopback);
    }

    /// Returns these options with another reach.
    public MulticastOptions withHops(int hops) {
        return new MulticastOptions(memberships, sendThrough, hops, loopback);
    }

    /// Returns these options with members on this machine receiving or not.
    public MulticastOptions withLoopback(boolean loopback) {
        return new MulticastOptions(memberships, sendThrough, hops, loopback);
    }
}
