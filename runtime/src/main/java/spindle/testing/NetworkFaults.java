package spindle.testing;

/// How often a [SimulatedNetwork] fails by itself. The shares are probabilities: 0 is never, 1 is
/// always. The seed decides which connections are hit.
///
/// @param refusedConnects the share of connects that are refused, though somebody listens
/// @param lostConnects the share of connects whose packets are lost: they hang until they time out
/// @param resets the share of connections that are reset, at both ends
/// @param cuts the share of connections that are cut for good: nothing arrives any more,
///     and neither end is told
/// @param withinBytes a connection is reset or cut after fewer bytes than this, counted in both
///     directions together
public record NetworkFaults(
        double refusedConnects, double lostConnects, double resets, double cuts, long withinBytes) {
    private static final NetworkFaults NONE = new NetworkFaults(0, 0, 0, 0, 64 * 1024);

    /// Checks the numbers.
    public NetworkFaults {
        checkShare("refusedConnects", refusedConnects);
        checkShare("lostConnects", lostConnects);
        checkShare("resets", resets);
        checkShare("cuts", cuts);
        if (withinBytes < 1) {
            throw new IllegalArgumentException(
                    "expected withinBytes to be at least 1 but it is " + withinBytes);
        }
    }

    private static void checkShare(String name, double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException(
                    "expected " + name + " to be between 0 and 1 but it is " + share);
        }
    }

    /// Returns no faults at all.
    public static NetworkFaults none() {
        return NONE;
    }

    /// Returns these faults with a share of connects refused.
    public NetworkFaults withRefusedConnects(double share) {
        return new NetworkFaults(share, lostConnects, resets, cuts, withinBytes);
    }

    /// Returns these faults with a share of connects lost.
    public NetworkFaults withLostConnects(double share) {
        return new NetworkFaults(refusedConnects, share, resets, cuts, withinBytes);
    }

    /// Returns these faults with a share of connections reset.
    public NetworkFaults withResets(double share) {
        return new NetworkFaults(refusedConnects, lostConnects, share, cuts, withinBytes);
    }

    /// Returns these faults with a share of connections cut for good.
    public NetworkFaults withCuts(double share) {
        return new NetworkFaults(refusedConnects, lostConnects, resets, share, withinBytes);
    }

    /// Returns these faults with connections reset or cut after fewer bytes than `bytes`.
    public NetworkFaults withWithinBytes(long bytes) {
        return new NetworkFaults(refusedConnects, lostConnects, resets, cuts, bytes);
    }
}
