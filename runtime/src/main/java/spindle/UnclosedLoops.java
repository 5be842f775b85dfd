package spindle;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The loops that are open, so that one which becomes garbage without having been closed does not
/// go unnoticed: what its selector holds of the system is lost until the program ends.
///
/// The log is told when the next loop is opened or closed. That may be late, but a leak does harm
/// where it happens again and again, and there it is soon. All members are **Threadsafe**.
///
/// Next: [StopWhenDone].
final class UnclosedLoops {
    private static final Logger log = LoggerFactory.getLogger("spindle.EventLoop");

    private static final ReferenceQueue<Object> garbage = new ReferenceQueue<>();
    private static final Set<Ticket> open = ConcurrentHashMap.newKeySet();

    private UnclosedLoops() {}

    /// Notes that a loop was opened, until the ticket is returned.
    ///
    /// @param origin where, if that is known
    static Ticket opened(Object loop, @Nullable Origin origin) {
        reportGarbage();
        Ticket ticket = new Ticket(loop, origin);
        open.add(ticket);
        return ticket;
    }

    static void closed(Ticket ticket) {
        open.remove(ticket);
        reportGarbage();
    }

    private static void reportGarbage() {
        for (Reference<?> found = garbage.poll(); found != null; found = garbage.poll()) {
            if (found instanceof Ticket ticket && open.remove(ticket)) {
                log.error(
                        "an event loop was never closed, nor is anybody left who could: "
                                + "run it with Async.run, or open it in a try-with-resources{}",
                        ticket.origin == null ? "" : "\nmade here:" + ticket.origin);
            }
        }
    }

    /// One open loop, which it does not keep from becoming garbage.
    static final class Ticket extends PhantomReference<Object> {
        private final @Nullable Origin origin;

        private Ticket(Object loop, @Nullable Origin origin) {
            super(loop, garbage);
            this.origin = origin;
        }
    }
}
