package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// Connections that are given up while they are made leave nothing behind.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class TlsCancelTest {
    private final LoopRun loop;

    TlsCancelTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 4})
    void aHandshakeCancelledAfterAnyPieceClosesTheConnection(int turnsLater) throws Exception {
        int pieces = 1;
        while (cancelAfter(pieces, turnsLater)) {
            pieces++;
        }

        assertThat(pieces).as("pieces that a handshake took").isGreaterThan(5);
    }

    /// Cancels a handshake so many turns after so many pieces were delivered; returns whether that
    /// came before its end.
    private boolean cancelAfter(int pieces, int turnsLater) throws Exception {
        boolean[] cancelled = new boolean[1];
        loop.run(() -> {
            var delivered = new AtomicInteger();
            Wire wire = new Wire(waiting -> {
                delivered.incrementAndGet();
                return Math.min(waiting, 200);
            });
            List<RecordingProtocol> made = new ArrayList<>();
            Task<RecordingProtocol> serving = createEagerTask(
                    Certificates.server().startTls(wire.right, RecordingProtocol::new));
            Task<RecordingProtocol> connecting =
                    createTask(Certificates.client().startTls(wire.left, () -> {
                        made.add(new RecordingProtocol());
                        return made.getFirst();
                    }));
            await(LoopRun.until(() -> connecting.isDone() || delivered.get() >= pieces));
            for (int i = 0; i < turnsLater && !connecting.isDone(); i++) {
                yieldNow();
            }
            cancelled[0] = connecting.cancel();
            if (cancelled[0]) {
                assertThatThrownBy(() -> await(connecting)).isInstanceOf(CancelledError.class);
                assertThat(made).isEmpty();
            } else {
                await(connecting).transport().abort();
            }
            assertThat(wire.left.isClosing()).isTrue();
            endOf(serving);
            await(LoopRun.until(() -> wire.left.isOver() && wire.right.isOver()));
        });
        return cancelled[0];
    }

    /// Waits for a connection's end, or for the failure of its handshake.
    private static void endOf(Task<RecordingProtocol> connecting) throws Exception {
        RecordingProtocol protocol;
        try {
            protocol = await(connecting);
        } catch (IOException handshakeFailed) {
            return;
        }
        await(protocol.untilLost());
    }

    @Test
    void connectsThatAreCancelledLeaveNoSocketOpen() throws Exception {
        long[] before = new long[1];
        loop.runWithReports(() -> {
            Network plain = LoopRun.network();
            before[0] = Descriptors.openSockets();
            try (Server server = Certificates.server()
                    .over(plain)
                    .listen(LoopRun.anyPort(), RecordingProtocol::new)) {
                for (int turns = 0; turns < 40; turns++) {
                    Task<RecordingProtocol> connecting = createTask(Certificates.client()
                            .over(plain)
                            .connect(server.localAddress(), RecordingProtocol::new));
                    for (int i = 0; i < turns && !connecting.isDone(); i++) {
                        yieldNow();
                    }
                    if (!connecting.cancel()) {
                        await(connecting).transport().abort();
                    }
                }
                await(LoopRun.until(() -> server.connectionCount() == 0));
            }
        });

        Descriptors.assertOpenSocketsFallTo(before[0]);
    }

    @Test
    void handshakesThatFailLeaveNoSocketOpen() throws Exception {
        long[] before = new long[1];
        loop.runWithReports(() -> {
            Network plain = LoopRun.network();
            before[0] = Descriptors.openSockets();
            try (Server server = Certificates.server("stranger")
                    .over(plain)
                    .listen(LoopRun.anyPort(), RecordingProtocol::new)) {
                for (int i = 0; i < 20; i++) {
                    assertThatThrownBy(() -> await(Certificates.client()
                                    .over(plain)
                                    .connect(server.localAddress(), RecordingProtocol::new)))
                            .isInstanceOf(IOException.class);
                }
                await(LoopRun.until(() -> server.connectionCount() == 0));
            }
        });

        Descriptors.assertOpenSocketsFallTo(before[0]);
    }
}
