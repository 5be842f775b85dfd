package spindle.process;

import spindle.EventLoop;
import spindle.SystemSignal;

import java.util.ArrayList;
import java.util.List;

/// A handler that a loop has for a signal: see [Signals]. Closing it gives the signal back.
/// Only the loop's thread may use it.
public final class SignalHandler implements AutoCloseable {
    // fixed at construction
    private final EventLoop loop;
    private final SystemSignal signal;
    private final Runnable callback;
    private final SystemSignal.Listener listener;
    private final Open siblings;

    // changes while running
    private boolean closed;

    SignalHandler(EventLoop loop, SystemSignal signal, Runnable callback) {
        this.loop = loop;
        this.signal = signal;
        this.callback = callback;
        this.siblings = loop.resource(Open.class, _ -> new Open());
        this.listener = signal.listen(this::raised);
        siblings.handlers.add(this);
    }

    /// Called on a thread of the JVM's.
    private void raised() {
        try {
            loop.callSoonThreadsafe(this::call);
        } catch (IllegalStateException _) {
            return; // The loop has closed just now: nobody is there to hear it.
        }
    }

    private void call() {
        if (!closed) {
            callback.run();
        }
    }

    /// Stops handling the signal, and gives it back to whoever had it before, unless a later
    /// handler has taken over. A signal whose turn has not come is dropped. Closing twice does
    /// nothing.
    @Override
    public void close() {
        closed = true;
        siblings.handlers.remove(this);
        listener.close();
    }

    /// Returns a form such as `<SignalHandler HUP open>`.
    @Override
    public String toString() {
        return "<SignalHandler " + signal + (closed ? " closed>" : " open>");
    }

    /// The handlers of one loop that are open: closed with it.
    private static final class Open implements AutoCloseable {
        private final List<SignalHandler> handlers = new ArrayList<>();

        @Override
        public void close() {
            List.copyOf(handlers).forEach(SignalHandler::close);
        }
    }
}
