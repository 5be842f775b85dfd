package spindle;

import org.jspecify.annotations.Nullable;

import java.lang.ref.PhantomReference;
import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/// The failures of futures that nobody has asked for, so that none is lost in silence.
///
/// A failed future takes a ticket, and gives it back when someone asks for its exception. A
/// ticket still out is reported when its future has become garbage, since then nobody can ask
/// any more, and at the latest when the loop closes: garbage may be found late or never, and a
/// reference kept somewhere must not hide a failure for good.
///
/// Next: [Bridges].
final class UnretrievedFailures {
    private final ReferenceQueue<Object> garbage = new ReferenceQueue<>();
    private final Set<Ticket> tickets = new LinkedHashSet<>();

    /// Notes that `future` has failed and that nobody knows yet.
    ///
    /// @param kind what reports call it: `future` or `task`
    /// @param origin where it was made, if that is known
    Ticket add(Object future, String kind, Throwable exception, @Nullable Origin origin) {
        Ticket ticket = new Ticket(future, kind, exception, origin, garbage);
        tickets.add(ticket);
        return ticket;
    }

    /// Forgets a failure that somebody has asked for.
    void retrieved(Ticket ticket) {
        tickets.remove(ticket);
    }

    /// Reports the failures whose futures are garbage. Costs next to nothing when there are
    /// none.
    void reportGarbage(ExceptionHandler handler) {
        if (tickets.isEmpty()) {
            return;
        }
        for (Reference<?> found = garbage.poll(); found != null; found = garbage.poll()) {
            if (found instanceof Ticket ticket && tickets.remove(ticket)) {
                ticket.report(handler);
            }
        }
    }

    /// Reports every failure that is left.
    void reportAll(ExceptionHandler handler) {
        List<Ticket> left = List.copyOf(tickets);
        tickets.clear();
        left.forEach(ticket -> ticket.report(handler));
    }

    /// One failure. Holds what the report needs, and not the future, which is to become
    /// garbage.
    static final class Ticket extends PhantomReference<Object> {
        private final String kind;
        private final String description;
        private final Throwable exception;
        private final @Nullable Origin origin;

        Ticket(
                Object future,
                String kind,
                Throwable exception,
                @Nullable Origin origin,
                ReferenceQueue<Object> garbage) {
            super(future, garbage);
            this.kind = kind;
            this.description = future.toString();
            this.exception = exception;
            this.origin = origin;
        }

        private void report(ExceptionHandler handler) {
            String message = kind
                    + " exception was never retrieved: await it, or ask for its result or exception";
            Handle.report(
                    handler, new ExceptionHandler.Context(message, exception, description, origin));
        }
    }
}
