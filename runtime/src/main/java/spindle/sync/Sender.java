package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.Future;

import java.util.Objects;

/// A sending end of a [Channel]. Close it when nothing more will be sent through it; when all are
/// closed, the receivers know that they have everything.
///
/// ```
/// OPEN -> CLOSED   // close; final
/// ```
///
/// Any number of tasks may send through one end; but one that closes it closes it for all, so
/// give each a [#copy()]. For the tasks of the channel's loop.
///
/// Next: [Receiver].
public final class Sender<T> implements AutoCloseable {
    private final Channel<T> channel;
    private final ChannelEnd end = new ChannelEnd(this);

    Sender(Channel<T> channel) {
        this.channel = channel;
        channel.senderOpened();
    }

    /// Returns a coroutine that sends an item: waits until there is room in the buffer, or
    /// somebody to receive. Suspends the calling task, unless there is. Cancelled, it has not
    /// sent; unless a receiver that came in the same turn has taken the item, and then that one
    /// has it.
    ///
    /// @throws BrokenChannelException if all receivers are closed, or are while waiting
    /// @throws ChannelClosedException if this end is closed, or is while waiting
    @CheckReturnValue
    public Coroutine<@Nullable Void> send(T item) {
        checkNotNull(item);
        return () -> {
            end.checkOpen();
            channel.send(this, item);
            return null;
        };
    }

    /// Sends an item if there is room in the buffer, or somebody who waits to receive, and nobody
    /// else waits to send; returns whether it did.
    ///
    /// @throws BrokenChannelException if all receivers are closed
    /// @throws ChannelClosedException if this end is closed
    public boolean trySend(T item) {
        checkNotNull(item);
        end.checkOpen();
        return channel.trySend(item);
    }

    private void checkNotNull(T item) {
        Objects.requireNonNull(
                item,
                "item is null: a channel carries none, since nobody could tell "
                        + "it from its end");
    }

    /// Returns another sending end of the channel, to be closed on its own.
    ///
    /// @throws ChannelClosedException if this end is closed
    @CheckReturnValue
    public Sender<T> copy() {
        end.checkOpen();
        return new Sender<>(channel);
    }

    /// Closes this end. Tasks that wait to send through it fail with a [ChannelClosedException].
    /// If it is the last, the channel ends after what is buffered. Closing it twice does nothing.
    @Override
    public void close() {
        if (!end.isClosed()) {
            channel.checkLoop();
            end.close();
            channel.senderClosed();
        }
    }

    void waitFor(Line line, Future<Boolean> turn) throws Exception {
        end.waitFor(line, turn);
    }

    void checkOpen() {
        end.checkOpen();
    }

    /// Returns whether this end is closed.
    public boolean isClosed() {
        return end.isClosed();
    }

    /// Returns a form such as `<Sender open of=<Channel buffered=0/10 senders=1 receivers=1>>`.
    @Override
    public String toString() {
        return "<Sender " + (isClosed() ? "closed" : "open") + " of=" + channel + ">";
    }
}
