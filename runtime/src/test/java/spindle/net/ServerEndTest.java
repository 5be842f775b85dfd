package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Task;
import spindle.testing.Testing;

import java.time.Duration;

/// Closing a server and waiting for its end. Time is a test's own.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ServerEndTest {
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final CoroutineEngine engine;

    ServerEndTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    private void run(Coroutine.Action test) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), test);
    }

    private static long millisSince(long start) {
        return Duration.ofNanos(EventLoop.current().time() - start).toMillis();
    }

    // --- waitClosed ---

    @Test
    void waitClosedReturnsAtOnceWhereNobodyIsConnected() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            Task<?> waiting = createTask(connections.server().waitClosed());
            yieldNow();
            assertThat(waiting.isDone()).as("before it is closed").isFalse();
            connections.server().close();
            await(waiting);
            await(connections.server().waitClosed());
        });
    }

    @Test
    void waitClosedWaitsForTheLastConnection() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            var one = connections.own(RecordingProtocol::new);
            var two = connections.own(RecordingProtocol::new);
            Task<?> waiting = createTask(connections.server().waitClosed());
            Task<?> alsoWaiting = createTask(connections.server().waitClosed());
            connections.server().close();
            one.client().transport().close();
            await(one.server().untilLost());
            yieldNow();
            assertThat(waiting.isDone()).as("with one connection left").isFalse();
            two.client().transport().close();
            await(waiting);
            await(alsoWaiting);

            assertThat(two.server().events).endsWith("connectionLost");
            assertThat(connections.server().connectionCount()).isZero();
        });
    }

    @Test
    void aWaiterThatIsCancelledHarmsNoOther() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            connections.own(RecordingProtocol::new);
            Task<?> impatient = createTask(connections.server().waitClosed());
            Task<?> patient = createTask(connections.server().waitClosed());
            yieldNow();
            impatient.cancel();
            assertThatThrownBy(() -> await(impatient)).isInstanceOf(CancelledError.class);
            connections.close();

            await(patient);
        });
    }

    // --- closeClients ---

    @Test
    void closeClientsSendsWhatWasWrittenBefore() throws Exception {
        run(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(RecordingProtocol::new);
                ends.server().write(new byte[5_000_000]);
                assertThat(ends.server().transport().writeBufferSize()).isPositive();
                connections.server().closeClients();
                await(ends.client().untilLost());

                assertThat(ends.client().received.size()).isEqualTo(5_000_000);
                assertThat(connections.server().isClosed()).isFalse();
                await(ends.server().untilLost());
            }
        });
    }

    // --- shutDown ---

    @Test
    void shutDownWaitsForConnectionsThatEndInTime() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            var ends = connections.own(RecordingProtocol::new);
            long start = EventLoop.current().time();
            Task<Integer> shutDown = createTask(connections.server().shutDown(GRACE));
            await(sleep(Duration.ofSeconds(10)));
            assertThat(connections.server().isClosed()).isTrue();
            assertThat(shutDown.isDone()).isFalse();
            ends.client().transport().close();

            assertThat(await(shutDown)).isZero();
            assertThat(millisSince(start)).isEqualTo(10_000);
        });
    }

    @Test
    void shutDownAbortsConnectionsThatDoNot() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            var one = connections.own(RecordingProtocol::new);
            var two = connections.own(RecordingProtocol::new);
            long start = EventLoop.current().time();

            assertThat(await(connections.server().shutDown(GRACE))).isEqualTo(2);
            assertThat(millisSince(start)).isEqualTo(30_000);
            assertThat(one.server().events).endsWith("connectionLost");
            assertThat(two.server().events).endsWith("connectionLost");
            assertThat(connections.server().connectionCount()).isZero();
            await(one.client().untilLost());
            await(two.client().untilLost());
        });
    }

    @Test
    void shutDownWithoutGraceAbortsAtOnce() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            var ends = connections.own(RecordingProtocol::new);

            assertThat(await(connections.server().shutDown(Duration.ZERO))).isEqualTo(1);
            await(ends.client().untilLost());
        });
    }

    @Test
    void shutDownOfAServerWithoutConnectionsIsOverAtOnce() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            long start = EventLoop.current().time();

            assertThat(await(connections.server().shutDown(GRACE))).isZero();
            assertThat(millisSince(start)).isZero();
        });
    }

    @Test
    void shutDownThatIsCancelledAbortsWhatIsLeftAtOnce() throws Exception {
        run(() -> {
            var connections = Connections.toRecording();
            var ends = connections.own(RecordingProtocol::new);
            Task<Integer> shutDown = createTask(connections.server().shutDown(GRACE));
            yieldNow();
            shutDown.cancel();
            assertThatThrownBy(() -> await(shutDown)).isInstanceOf(CancelledError.class);

            await(ends.client().untilLost());
            await(connections.server().waitClosed());
        });
    }
}
