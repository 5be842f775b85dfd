package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.provider.Arguments;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.net.Connections;
import spindle.net.Network;
import spindle.net.RecordingProtocol;
import spindle.testing.AutoJumpClock;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/// Runs a test of the contract in a loop of its own, on one network and one engine, within a
/// deadline, and keeps what the loop reports.
final class ContractRun {
    /// A test of the contract: a coroutine that is given a network.
    interface Body {
        void run(Network network) throws Exception;
    }

    private static final Duration REAL_DEADLINE = Duration.ofSeconds(15);
    private static final Duration VIRTUAL_DEADLINE = Duration.ofHours(1);

    private final CoroutineEngine engine;
    private final NetworkUnderTest kind;
    private final List<ExceptionHandler.Context> reports =
            Collections.synchronizedList(new ArrayList<>());

    ContractRun(NetworkUnderTest kind, CoroutineEngine engine) {
        this.engine = engine;
        this.kind = kind;
        kind.prepare();
    }

    static Stream<Arguments> onEveryNetwork() {
        return Stream.of(NetworkUnderTest.values())
                .flatMap(kind -> Stream.of(CoroutineEngine.values())
                        .filter(CoroutineEngine::isAvailable)
                        .map(engine -> Arguments.of(kind, engine)));
    }

    // --- Running ---

    /// Runs a test in which nothing may be reported.
    void run(Body test) throws Exception {
        assertThat(runWithReports(test)).isEmpty();
    }

    /// Runs a test and returns what was reported.
    List<ExceptionHandler.Context> runWithReports(Body test) throws Exception {
        Duration deadline = kind.isVirtual() ? VIRTUAL_DEADLINE : REAL_DEADLINE;
        Coroutine.Action main = () -> test.run(kind.open());
        Async.run(builder(), Async.failAfter(deadline, main));
        return reports();
    }

    /// Opens a loop that the test runs and closes itself.
    EventLoop openLoop() {
        return builder().open();
    }

    /// Opens the network in a loop that runs.
    Network openNetwork() {
        return kind.open();
    }

    /// Returns what was reported, but for connections that a test left open on purpose, which a
    /// simulated network tells of, and clients that left amid their handshake.
    List<ExceptionHandler.Context> reports() {
        return reports.stream()
                .filter(report -> !report.message().startsWith("connections were still open"))
                .filter(report -> !report.message().equals("a client could not be served"))
                .toList();
    }

    private EventLoop.Builder builder() {
        EventLoop.Builder builder =
                EventLoop.builder().engine(engine).exceptionHandler(reports::add);
        return kind.isVirtual() ? builder.clock(new AutoJumpClock()) : builder;
    }

    // --- What the network is like ---

    void needs(NetworkUnderTest.Trait trait) {
        assumeThat(kind.can(trait)).as("%s of %s", trait, kind).isTrue();
    }

    /// Returns so many bytes that most of them wait, while the peer does not read.
    byte[] moreThanFits() {
        return new byte[kind.moreThanFits()];
    }

    /// An address of this machine, with a port of the system's choice.
    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /// Returns how many bytes so many may become on their way, with what is added to each record.
    long onTheWire(long bytes) {
        return kind.can(NetworkUnderTest.Trait.BYTES_AS_WRITTEN) ? bytes : bytes + bytes / 50;
    }

    /// Returns an address at which connects hang.
    NetworkUnderTest.HangingAddress hangingAddress(Network network) throws IOException {
        return kind.hangingAddress(network);
    }

    /// Returns a client of a server that can reset its connection.
    RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception {
        return kind.connectRaw(network, address);
    }

    // --- For use in the loop ---

    /// Waits until whatever was sent on another connection has had the time to arrive.
    Coroutine<@Nullable Void> settle(Network network) {
        return () -> {
            try (var others = Connections.over(network, RecordingProtocol::new)) {
                var other = others.own(RecordingProtocol::new);
                other.client().write("tick");
                await(other.server().untilReceived(4));
                other.client().transport().close();
                await(other.client().untilLost());
                await(other.server().untilLost());
            }
            await(passTime());
            return null;
        };
    }

    /// Lets a virtual network do what it will: nothing there takes longer than this, which is less
    /// than what a handshake may take.
    Coroutine<@Nullable Void> passTime() {
        return () -> {
            if (kind.isVirtual()) {
                await(Async.sleep(Duration.ofSeconds(20)));
            }
            return null;
        };
    }

    /// Lets the loop run until a condition holds that no event of a protocol announces.
    Coroutine<@Nullable Void> until(BooleanSupplier condition) {
        return () -> {
            while (!condition.getAsBoolean()) {
                if (kind.isVirtual()) {
                    await(Async.sleep(Duration.ofMillis(1)));
                } else {
                    Async.yieldNow();
                }
            }
            return null;
        };
    }
}
