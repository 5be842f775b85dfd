package spindle.net;

import static spindle.Async.await;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/// A network on which connecting takes as long, and ends, as a test says. Writes down when each
/// address was tried, in milliseconds since it was made.
final class FakeNetwork implements Network {
    private static final Duration FOR_EVER = Duration.ofDays(1000);

    final List<String> attempts = new ArrayList<>();
    final List<ConnectOptions> options = new ArrayList<>();
    final List<FakeTransport> transports = new ArrayList<>();

    private final EventLoop loop = EventLoop.current();
    private final long start = loop.time();
    private final Map<InetAddress, Script> scripts = new HashMap<>();
    private int turnsToReturn;

    /// Attempts that have begun and not ended.
    int underWay;

    private record Script(Duration delay, @Nullable Throwable failure) {}

    /// Has an address accept after so many milliseconds.
    FakeNetwork accepts(String address, long millis) {
        scripts.put(InetAddress.ofLiteral(address), new Script(Duration.ofMillis(millis), null));
        return this;
    }

    /// Has an address fail after so many milliseconds. Others never answer.
    FakeNetwork fails(String address, long millis, Throwable failure) {
        scripts.put(InetAddress.ofLiteral(address), new Script(Duration.ofMillis(millis), failure));
        return this;
    }

    FakeNetwork refuses(String address, long millis) {
        return fails(address, millis, new IOException("no entrance at " + address));
    }

    /// Has a connect take some turns more when the connection is there.
    FakeNetwork returnsAfter(int turns) {
        turnsToReturn = turns;
        return this;
    }

    long open() {
        return transports.stream().filter(transport -> !transport.isClosing()).count();
    }

    long millis() {
        return Duration.ofNanos(loop.time() - start).toMillis();
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions how, Supplier<P> protocols) {
        return () -> {
            InetAddress host = ((InetSocketAddress) address).getAddress();
            attempts.add(millis() + " " + host.getHostAddress());
            options.add(how);
            underWay++;
            try {
                return play(
                        scripts.getOrDefault(host, new Script(FOR_EVER, null)), address, protocols);
            } finally {
                underWay--;
            }
        };
    }

    private <P extends Protocol> P play(Script script, SocketAddress address, Supplier<P> protocols)
            throws Exception {
        if (script.delay().isPositive()) {
            await(sleep(script.delay()));
        }
        switch (script.failure()) {
            case null -> {}
            case Exception exception -> throw exception;
            case Error error -> throw error;
            default -> throw new AssertionError(script.failure());
        }
        P protocol = protocols.get();
        FakeTransport transport = new FakeTransport(protocol, address);
        transports.add(transport);
        protocol.connectionMade(transport);
        for (int i = 0; i < turnsToReturn; i++) {
            yieldNow();
        }
        return protocol;
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols) {
        throw new UnsupportedOperationException("nobody listens in a fake network");
    }
}
