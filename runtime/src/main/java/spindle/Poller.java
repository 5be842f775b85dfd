package spindle;

import java.io.IOException;
import java.nio.channels.SelectableChannel;
import java.util.List;
import java.util.Queue;

/// The loop's multiplexer: waits until a channel is ready, a deadline is near or another thread
/// calls.
///
/// The loop wraps a poller with the scheduling of callbacks, and that is all there is to an
/// event loop. The seam exists so that a test can own I/O as it owns time. [SelectorPoller] is
/// the real one.
///
/// Only the loop's thread may use a poller, but for [#wakeUp()].
///
/// Next: [SelectorPoller].
interface Poller {
    /// Waits, rounded up to what the poller can measure, until a watched channel is ready,
    /// `timeoutNanos` have passed or [#wakeUp()] is called, and adds the handles of ready
    /// channels to `ready`.
    ///
    /// @param timeoutNanos how long to wait at most; 0 only looks; [Long#MAX_VALUE] has no
    ///     limit
    void poll(long timeoutNanos, Queue<Handle> ready) throws IOException;

    /// Ends the current or the next [#poll] early. **Threadsafe.**
    void wakeUp();

    /// Gives the calling thread back an interrupt that a poll had to take away. Most pollers
    /// never do.
    default void restoreInterrupt() {}

    /// Watches a channel: `handle` joins the ready queue whenever there is something to read or
    /// accept. Replaces and cancels an earlier reader.
    void addReader(SelectableChannel channel, Handle handle) throws IOException;

    /// Stops watching for reading; returns whether it had been watched.
    boolean removeReader(SelectableChannel channel);

    /// Watches a channel: `handle` joins the ready queue whenever there is room to write, or
    /// once the connection that it is making is made or has failed. Replaces and cancels an
    /// earlier writer.
    void addWriter(SelectableChannel channel, Handle handle) throws IOException;

    /// Stops watching for writing; returns whether it had been watched.
    boolean removeWriter(SelectableChannel channel);

    /// Stops watching a channel altogether, at once: when it is closed now, the system has its
    /// descriptor back when `close` returns, and not only after the next poll.
    void forget(SelectableChannel channel) throws IOException;

    /// Returns the handles that watch a channel.
    List<Handle> watching();

    /// Releases what the poller holds; channels stay open, no longer watched.
    void close() throws IOException;
}
