package spindle.sync;

import org.jspecify.annotations.Nullable;

import spindle.AsyncIterator;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.Future;

import java.util.Optional;

/// A receiving end of a [Channel]: a sequence of what is sent, until all senders are closed.
/// Close it when nothing more will be received through it; when all are closed, sending fails.
///
/// ```
/// OPEN -> CLOSED   // close; final
/// ```
///
/// An item goes to one receiver, the one that has waited longest, and not to all. Any number of
/// tasks may receive through one end; but one that closes it closes it for all, so give each a
/// [#copy()]. For the tasks of the channel's loop.
public final class Receiver<T> implements AsyncIterator<T>, AutoCloseable {
    private final Channel<T> channel;
    private final ChannelEnd end = new ChannelEnd(this);

    Receiver(Channel<T> channel) {
        this.channel = channel;
        channel.receiverOpened();
    }

    /// Returns a coroutine that receives the next item: waits until there is one. Suspends the
    /// calling task, unless there is. Cancelled, it has received nothing: its item is the next
    /// one's.
    ///
    /// @throws EndOfChannelException if all senders are closed, or are while waiting, and nothing
    ///     is left
    /// @throws ChannelClosedException if this end is closed, or is while waiting
    @CheckReturnValue
    public Coroutine<T> receive() {
        return () -> {
            T item = receiveOrNull();
            if (item == null) {
                throw ended();
            }
            return item;
        };
    }

    /// Returns a coroutine that receives as [#receive()] does; its result is empty at the end of
    /// the channel. Suspends the calling task. Cancelled, it has received nothing.
    ///
    /// @throws ChannelClosedException if this end is closed, or is while waiting
    @Override
    @CheckReturnValue
    public Coroutine<Optional<T>> next() {
        return () -> Optional.ofNullable(receiveOrNull());
    }

    private @Nullable T receiveOrNull() throws Exception {
        end.checkOpen();
        return channel.receive(this);
    }

    /// Receives an item if there is one and nobody else waits for it; empty otherwise.
    ///
    /// @throws EndOfChannelException if all senders are closed and nothing is left
    /// @throws ChannelClosedException if this end is closed
    public Optional<T> tryReceive() {
        end.checkOpen();
        T item = channel.tryReceive();
        if (item == null && channel.hasEnded()) {
            throw ended();
        }
        return Optional.ofNullable(item);
    }

    private EndOfChannelException ended() {
        return new EndOfChannelException(
                "all senders are closed and everything was received: " + channel);
    }

    /// Returns another receiving end of the channel, to be closed on its own.
    ///
    /// @throws ChannelClosedException if this end is closed
    @CheckReturnValue
    public Receiver<T> copy() {
        end.checkOpen();
        return new Receiver<>(channel);
    }

    /// Closes this end. Tasks that wait to receive through it fail with a
    /// [ChannelClosedException]. If it is the last, what is buffered is dropped. Closing it twice
    /// does nothing.
    @Override
    public void close() {
        if (!end.isClosed()) {
            channel.checkLoop();
            end.close();
            channel.receiverClosed();
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

    /// Returns a form such as `<Receiver open of=<Channel buffered=0/10 senders=1 receivers=1>>`.
    @Override
    public String toString() {
        return "<Receiver " + (isClosed() ? "closed" : "open") + " of=" + channel + ">";
    }
}
