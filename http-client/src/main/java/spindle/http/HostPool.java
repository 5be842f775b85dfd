package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Future;

import java.util.ArrayDeque;
import java.util.Deque;

/// What a [Connector] has for one [Route]: idle connections, slots taken, requests in line.
final class HostPool {
    /// A request in line.
    ///
    /// @param number the smaller, the longer it has been waiting, for whichever route
    /// @param turn done when a slot is its own
    record Waiter(long number, Future<@Nullable Void> turn) {}

    // fixed at construction
    final Route route;

    // changes while running
    /// The most recently used first.
    final Deque<HttpConnection> idle = new ArrayDeque<>();

    /// The first to come first.
    final Deque<Waiter> line = new ArrayDeque<>();

    /// Connections in use, being made, or promised to a waiter.
    int slotsTaken;

    HostPool(Route route) {
        this.route = route;
    }

    boolean isUnused() {
        return slotsTaken == 0 && idle.isEmpty() && line.isEmpty();
    }

    @Override
    public String toString() {
        return "<HostPool " + route + " inUse=" + slotsTaken + " idle=" + idle.size() + " waiting="
                + line.size() + ">";
    }
}
