package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;
import spindle.Handle;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/// Awaits what channels of the caller's own do: asyncio's `sock_recv`, `sock_sendall` and the
/// like. For programs that have a channel already, or want nothing between it and them; others
/// are better off with [Streams] or a [Protocol], which bring buffers and watermarks.
///
/// ```java
/// channel.configureBlocking(false);
/// await(RawSockets.connect(channel, address));
/// await(RawSockets.sendAll(channel, request));
/// int count = await(RawSockets.receive(channel, buffer));
/// ```
///
/// Each method returns a coroutine that first tries, and only if the system has it wait suspends
/// the calling task until the channel is ready. The channel stays the caller's, to be closed by
/// the caller: cancelled, an operation only ends, and has done what it had done. One task at a
/// time may receive or accept from a channel, and one may send or connect. Close a channel when
/// none does: cancel those first, since a channel that is closed wakes nobody.
public final class RawSockets {
    private RawSockets() {}

    // --- Connecting ---

    /// Returns a coroutine that connects a channel. Suspends the calling task. It fails with an
    /// [IOException] that names the address; the channel is closed then, as the JDK closes it.
    /// Cancelled, the channel goes on connecting: close it.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> connect(SocketChannel channel, SocketAddress address) {
        return () -> {
            checkDoesNotBlock(channel);
            try {
                channel.connect(address);
                while (!channel.finishConnect()) {
                    awaitWritable(channel);
                }
                return null;
            } catch (IOException failure) {
                throw SocketNetwork.connectFailure(address, failure);
            }
        };
    }

    /// Returns a coroutine that accepts a connection; its result, which does not block, is the
    /// caller's to close. Suspends the calling task. Cancelled, it has accepted none.
    @CheckReturnValue
    public static Coroutine<SocketChannel> accept(ServerSocketChannel channel) {
        return () -> {
            checkDoesNotBlock(channel);
            SocketChannel accepted = channel.accept();
            while (accepted == null) {
                awaitReadable(channel);
                accepted = channel.accept();
            }
            try {
                accepted.configureBlocking(false);
                return accepted;
            } catch (IOException failure) {
                accepted.close();
                throw failure;
            }
        };
    }

    // --- Streams of bytes ---

    /// Returns a coroutine that reads some bytes; its result is how many, -1 at the end of the
    /// stream, 0 if the buffer has no room. Suspends the calling task.
    @CheckReturnValue
    public static Coroutine<Integer> receive(SocketChannel channel, ByteBuffer target) {
        return () -> {
            checkDoesNotBlock(channel);
            int count = channel.read(target);
            while (count == 0 && target.hasRemaining()) {
                awaitReadable(channel);
                count = channel.read(target);
            }
            return count;
        };
    }

    /// Returns a coroutine that sends all that remains in a buffer. Suspends the calling task.
    /// Cancelled, the buffer's position says how much was sent.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> sendAll(SocketChannel channel, ByteBuffer data) {
        return () -> {
            checkDoesNotBlock(channel);
            WriteQueue.writeTo(channel, data);
            while (data.hasRemaining()) {
                awaitWritable(channel);
                WriteQueue.writeTo(channel, data);
            }
            return null;
        };
    }

    // --- Datagrams ---

    /// Returns a coroutine that receives a datagram; its result is who sent it. What the buffer
    /// has no room for is lost. Suspends the calling task. Cancelled, it has received none.
    @CheckReturnValue
    public static Coroutine<SocketAddress> receiveFrom(DatagramChannel channel, ByteBuffer target) {
        return () -> {
            checkDoesNotBlock(channel);
            SocketAddress sender = channel.receive(target);
            while (sender == null) {
                awaitReadable(channel);
                sender = channel.receive(target);
            }
            return sender;
        };
    }

    /// Returns a coroutine that sends what remains in a buffer as one datagram. Suspends the
    /// calling task.
    @CheckReturnValue
    public static Coroutine<@Nullable Void> sendTo(
            DatagramChannel channel, ByteBuffer data, SocketAddress target) {
        return () -> {
            checkDoesNotBlock(channel);
            // Of an empty one the system's answer does not say whether it has taken it.
            boolean empty = !data.hasRemaining();
            while (channel.send(data, target) == 0 && !empty) {
                awaitWritable(channel);
            }
            return null;
        };
    }

    private static void checkDoesNotBlock(SelectableChannel channel) {
        if (channel.isBlocking()) {
            throw new IllegalArgumentException("expected a channel that does not block but got "
                    + channel + ": call configureBlocking(false) first");
        }
    }

    // --- Waiting ---

    private static void awaitReadable(SelectableChannel channel) throws Exception {
        EventLoop loop = EventLoop.current();
        Waits waits = Waits.of(loop);
        if (!waits.reading.add(channel)) {
            throw busy("receiving or accepting", channel);
        }
        try {
            Future<@Nullable Void> ready = loop.createFuture(channel);
            Handle ours = loop.addReader(channel, () -> complete(ready));
            try {
                Async.await(ready);
            } finally {
                // What if somebody else watches it by now? Then that has cancelled ours.
                if (!ours.isCancelled()) {
                    loop.removeReader(channel);
                }
            }
        } finally {
            waits.reading.remove(channel);
        }
    }

    private static void awaitWritable(SelectableChannel channel) throws Exception {
        EventLoop loop = EventLoop.current();
        Waits waits = Waits.of(loop);
        if (!waits.writing.add(channel)) {
            throw busy("sending or connecting", channel);
        }
        try {
            Future<@Nullable Void> ready = loop.createFuture(channel);
            Handle ours = loop.addWriter(channel, () -> complete(ready));
            try {
                Async.await(ready);
            } finally {
                if (!ours.isCancelled()) {
                    loop.removeWriter(channel);
                }
            }
        } finally {
            waits.writing.remove(channel);
        }
    }

    private static IllegalStateException busy(String doing, SelectableChannel channel) {
        return new IllegalStateException("another task is " + doing
                + " on this channel already: one at a time may, on " + channel);
    }

    private static void complete(Future<@Nullable Void> ready) {
        if (!ready.isDone()) {
            ready.setResult(null);
        }
    }

    /// The channels of one loop that somebody waits for.
    private static final class Waits implements AutoCloseable {
        private final Set<SelectableChannel> reading =
                Collections.newSetFromMap(new IdentityHashMap<>());
        private final Set<SelectableChannel> writing =
                Collections.newSetFromMap(new IdentityHashMap<>());

        static Waits of(EventLoop loop) {
            return loop.resource(Waits.class, _ -> new Waits());
        }

        @Override
        public void close() {
            reading.clear();
            writing.clear();
        }
    }
}
