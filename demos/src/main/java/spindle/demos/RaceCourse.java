package spindle.demos;

import java.net.InetSocketAddress;
import java.time.Duration;

/// What every strategy of a race has to do.
///
/// @param server the slow server
/// @param delay how long it takes over an answer
/// @param requests how many are to be made
/// @param workers how many platform threads a pool may have
record RaceCourse(InetSocketAddress server, Duration delay, int requests, int workers) {

    /// Returns the URL to get.
    String url() {
        return "http://" + server.getHostString() + ":" + server.getPort() + "/";
    }

    /// Returns how long to wait for an answer before it counts as failed.
    Duration patience() {
        return delay.plusSeconds(30);
    }

    /// Returns how many of the requests fit into a time when so many are made at once; at least
    /// those that are made at once.
    int fitting(Duration time, int atOnce) {
        if (!delay.isPositive()) {
            return requests;
        }
        long rounds = Math.max(1, time.dividedBy(delay));
        return (int) Math.min(requests, rounds * atOnce);
    }
}
