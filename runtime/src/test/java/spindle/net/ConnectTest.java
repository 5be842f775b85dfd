package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Async;
import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Task;

import java.time.Duration;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ConnectTest {
    private final LoopRun loop;

    ConnectTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @Test
    void aFactoryThatFailsFailsTheConnectAndClosesTheSocket() throws Exception {
        long before = Descriptors.openSockets();
        loop.run(() -> {
            try (var connections = Connections.toRecording()) {
                IllegalStateException failure = new IllegalStateException("no protocol today");
                var connecting = LoopRun.network().connect(connections.address(), () -> {
                    throw failure;
                });

                assertThatThrownBy(() -> await(connecting)).isSameAs(failure);
            }
        });

        Descriptors.assertOpenSocketsFallTo(before);
    }

    // --- Giving up ---

    @Test
    void cancellingAConnectClosesItsSocket() throws Exception {
        long before = Descriptors.openSockets();
        try (FullListener full = FullListener.open()) {
            loop.run(() -> {
                long connecting = Descriptors.openSockets();
                Task<RecordingProtocol> task = createTask(
                        LoopRun.network().connect(full.address(), RecordingProtocol::new));
                yieldNow();
                assertThat(task.isDone()).isFalse();
                assertThat(Descriptors.openSockets()).isGreaterThan(connecting);
                task.cancel();
                assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
                await(Async.sleep(Duration.ofMillis(1)));

                Descriptors.assertOpenSocketsFallTo(connecting);
            });
        }

        Descriptors.assertOpenSocketsFallTo(before);
    }

    @Test
    void aLoopThatClosesDuringAConnectClosesItsSocket() throws Exception {
        long before = Descriptors.openSockets();
        try (FullListener full = FullListener.open();
                EventLoop open = loop.open()) {
            open.createTask(Network.of(open).connect(full.address(), RecordingProtocol::new));
            open.runUntilComplete(() -> {
                yieldNow();
                return null;
            });
        }

        assertThat(loop.reports())
                .extracting(report -> report.message())
                .containsExactly(
                        "task was still pending when its loop was closed: cancel and await it first");
        Descriptors.assertOpenSocketsFallTo(before);
    }
}
