package spindle.net;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.Future;

import java.io.IOException;
import java.net.SocketAddress;
import java.util.function.Supplier;

/// A handshake that a coroutine waits for.
final class PendingHandshake implements TlsHandshake.Listener {
    // fixed at construction
    private final EventLoop loop;
    private final TlsHandshake handshake;

    /// Done when the handshake has ended, well or badly.
    private final Future<@Nullable Void> ended;

    // changes while running
    private @Nullable IOException failure;

    PendingHandshake(Tls tls, EventLoop loop, SocketAddress peer) {
        this.loop = loop;
        this.handshake = new TlsHandshake(loop, tls.options(), tls.newEngine(peer), this);
        this.ended = loop.createFuture(handshake);
    }

    TlsHandshake handshake() {
        return handshake;
    }

    /// Begins the handshake, waits for its end and starts the protocol, in the calling task. Gives
    /// the connection up if that fails.
    <P extends Protocol> P finish(Coroutine.Action beginning, Supplier<P> protocols)
            throws Exception {
        try {
            beginning.run();
            Async.await(ended);
            if (failure != null) {
                throw failure;
            }
            P protocol = protocols.get();
            handshake.start(protocol, () -> {});
            return protocol;
        } catch (Throwable thrown) {
            handshake.abort();
            throw thrown;
        }
    }

    @Override
    public void agreed(TlsHandshake agreed) {
        end();
    }

    @Override
    public void failed(TlsHandshake failed, IOException cause) {
        failure = cause;
        end();
    }

    private void end() {
        if (!ended.isDone() && loop.isRunning()) {
            ended.setResult(null);
        }
    }
}
