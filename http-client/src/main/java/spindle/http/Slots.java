package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.EventLoop;
import spindle.Future;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// Counts connections against the two limits of a pool, in all and per route, and keeps those
/// who wait in line.
///
/// First come, first served: of those whose route has room, whoever has waited longest gets a
/// slot that comes free, and nobody who comes meanwhile overtakes. The slot is handed over as it
/// is given back, so it is never free in between; whoever is cancelled with one in hand passes it
/// on.
final class Slots {
    // fixed at construction
    private final EventLoop loop;
    private final int limit;
    private final int limitPerHost;

    // changes while running
    /// Those with somebody in line.
    private final Set<HostPool> crowded = new LinkedHashSet<>();

    private int taken;
    private int waiting;
    private long nextNumber;

    /// @param limit in all; 0 for none
    /// @param limitPerHost for each route; 0 for none
    Slots(EventLoop loop, int limit, int limitPerHost) {
        this.loop = loop;
        this.limit = limit;
        this.limitPerHost = limitPerHost;
    }

    // --- Taking ---

    /// Takes a slot if one is free and nobody is before the caller.
    boolean tryTake(HostPool host) {
        if (!isFree() || !hasRoom(host) || isSomebodyBefore(host)) {
            return false;
        }
        count(host, 1);
        return true;
    }

    private boolean isFree() {
        return limit == 0 || taken < limit;
    }

    private boolean hasRoom(HostPool host) {
        return limitPerHost == 0 || host.slotsTaken < limitPerHost;
    }

    /// Where slots are free in all, those in line wait for their own route, and are in nobody
    /// else's way.
    private boolean isSomebodyBefore(HostPool host) {
        return !host.line.isEmpty();
    }

    private void count(HostPool host, int change) {
        taken += change;
        host.slotsTaken += change;
    }

    /// Takes a slot, if need be when it is the caller's turn. Suspends the calling task; cancelled,
    /// it has none.
    void take(HostPool host) throws Exception {
        if (tryTake(host)) {
            return;
        }
        HostPool.Waiter waiter = new HostPool.Waiter(nextNumber++, loop.createFuture(this));
        host.line.add(waiter);
        crowded.add(host);
        waiting++;
        try {
            Async.await(waiter.turn()); // The slot comes with it, counted already.
        } catch (Throwable failure) {
            Future<@Nullable Void> turn = waiter.turn();
            if (turn.isDone() && !turn.isCancelled() && turn.exception() == null) {
                giveBack(host);
            } else {
                leave(host, waiter);
            }
            throw failure;
        }
    }

    private void leave(HostPool host, HostPool.Waiter waiter) {
        if (host.line.remove(waiter)) {
            waiting--;
            if (host.line.isEmpty()) {
                crowded.remove(host);
            }
        }
    }

    // --- Giving back ---

    /// Gives a slot back, to whoever is next.
    void giveBack(HostPool host) {
        count(host, -1);
        while (isFree()) {
            HostPool next = nextInLine();
            if (next == null) {
                return;
            }
            serve(next);
        }
    }

    /// Linear in the routes that are waited for, not in those who wait: and these are few.
    private @Nullable HostPool nextInLine() {
        HostPool first = null;
        for (HostPool host : crowded) {
            if (hasRoom(host)
                    && (first == null
                            || host.line.element().number()
                                    < first.line.element().number())) {
                first = host;
            }
        }
        return first;
    }

    private void serve(HostPool host) {
        HostPool.Waiter waiter = host.line.element();
        leave(host, waiter);
        if (!waiter.turn().isDone()) { // It may have been cancelled, and not have heard of it yet.
            count(host, 1);
            waiter.turn().setResult(null);
        }
    }

    // --- Closing, asking ---

    /// Fails everybody in line.
    void failAll() {
        for (HostPool host : List.copyOf(crowded)) {
            for (HostPool.Waiter waiter : new ArrayList<>(host.line)) {
                leave(host, waiter);
                if (!waiter.turn().isDone()) {
                    waiter.turn().setException(Connector.sessionClosed());
                }
            }
        }
    }

    int taken() {
        return taken;
    }

    int waiting() {
        return waiting;
    }

    @Override
    public String toString() {
        return "<Slots taken=" + taken + " waiting=" + waiting + ">";
    }
}
