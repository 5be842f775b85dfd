package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.runBlocking;
import static spindle.net.LoopRun.ascii;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.ExceptionHandler;

import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// Every method of a protocol throws, once on a connection among others.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ProtocolFailureTest {
    private final LoopRun loop;

    ProtocolFailureTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "connectionMade",
                "dataReceived",
                "eofReceived",
                "pauseWriting",
                "resumeWriting"
            })
    void aMethodThatThrowsCostsOnlyItsOwnConnection(String method) throws Exception {
        RuntimeException failure = new IllegalStateException("a bug in " + method);
        Failing failing = provoke(method, failure);

        assertReported(method, failure, failing);
        assertThat(failing.failure()).isSameAs(failure);
        assertThat(failing.events).containsOnlyOnce("connectionLost").endsWith("connectionLost");
    }

    @ParameterizedTest
    @ValueSource(strings = {"connectionMade", "dataReceived", "eofReceived"})
    void anErrorIsReportedAndConnectionLostGetsItAsACause(String method) throws Exception {
        Error failure = new AssertionError("a bug in " + method);
        Failing failing = provoke(method, failure);

        assertReported(method, failure, failing);
        assertThat(failing.failure()).isInstanceOf(IOException.class).hasCause(failure);
    }

    @Test
    void aConnectionLostThatThrowsIsReportedOnce() throws Exception {
        RuntimeException failure = new IllegalStateException("a bug in connectionLost");
        Failing failing = provoke("connectionLost", failure);

        assertReported("connectionLost", failure, failing);
        assertThat(failing.events).containsOnlyOnce("connectionLost");
    }

    @Test
    void aConnectionLostThatThrowsAfterAnotherMethodIsReportedToo() throws Exception {
        List<ExceptionHandler.Context> reports = loop.runWithReports(() -> {
            try (var connections = Connections.to(() -> new RecordingProtocol() {
                @Override
                public void dataReceived(ByteBuffer data) {
                    super.dataReceived(data);
                    throw new IllegalStateException("first");
                }

                @Override
                public void connectionLost(@Nullable Exception failure) {
                    super.connectionLost(failure);
                    throw new IllegalStateException("second");
                }
            })) {
                var ends = connections.own(RecordingProtocol::new);
                ends.client().write("x");
                await(ends.client().untilLost());
                await(ends.server().untilLost());
            }
        });

        assertThat(reports)
                .extracting(ExceptionHandler.Context::message)
                .containsExactly(
                        "protocol.dataReceived() failed", "protocol.connectionLost() failed");
    }

    @Test
    void aClientWhoseConnectionMadeThrowsIsConnectedToNothing() throws Exception {
        RuntimeException failure = new IllegalStateException("a bug");
        List<ExceptionHandler.Context> reports = loop.runWithReports(() -> {
            try (var connections = Connections.toRecording()) {
                var ends = connections.own(() -> new Failing("connectionMade", failure));
                await(ends.client().untilLost());
                await(ends.server().untilLost());

                assertThat(ends.client().transport().isClosing()).isTrue();
                assertThat(ends.client().failure()).isSameAs(failure);
            }
        });

        assertThat(reports).hasSize(1);
    }

    /// Lets one of two connections to a server fail in `method`, and checks that both ends of
    /// it hear of that, and that the other connection does not. Returns the one that failed.
    private Failing provoke(String method, Throwable failure) throws Exception {
        Failing[] failing = new Failing[1];
        loop.runWithReports(() -> {
            try (var others = Connections.toRecording();
                    var connections = Connections.to(() -> new Failing(method, failure))) {
                var other = others.own(RecordingProtocol::new);
                var ends = connections.plain();
                failing[0] = ends.server();
                Failing server = ends.server();
                ends.client().getOutputStream().write(ascii("question"));
                ends.client().shutdownOutput();
                await(server.until(() -> server.events.size() > 1));
                await(runBlocking(() -> readToTheEnd(ends.client())));
                await(server.untilLost());
                other.client().write("fine");
                await(other.server().untilReceived(4));

                assertThat(server.transport().isClosing()).isTrue();
                assertThat(connections.server().connectionCount()).isZero();
                assertThat(other.server().events).doesNotContain("connectionLost");
            }
        });
        return Objects.requireNonNull(failing[0], "the server has a connection");
    }

    private static @Nullable Void readToTheEnd(Socket client) throws IOException {
        try (client) {
            client.getInputStream().readAllBytes();
        } catch (SocketException _) {
            // A connection that is dropped with unread input is reset: an end as well.
        }
        return null;
    }

    private void assertReported(String method, Throwable failure, Failing failing) {
        assertThat(loop.reports()).hasSize(1);
        ExceptionHandler.Context report = loop.reports().getFirst();
        assertThat(report.message()).isEqualTo("protocol." + method + "() failed");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).isSameAs(failing.transport());
    }

    /// Answers what it gets with more than the system takes at once, then closes; and throws
    /// from one of its methods.
    private static final class Failing extends RecordingProtocol {
        private static final int ANSWER_BYTES = 16_000_000;

        private final String method;
        private final Throwable failure;

        Failing(String method, Throwable failure) {
            this.method = method;
            this.failure = failure;
        }

        private void failIn(String current) {
            if (current.equals(method)) {
                Failing.<RuntimeException>sneak(failure);
            }
        }

        @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
        private static <T extends Throwable> void sneak(Throwable failure) throws T {
            throw (T) failure;
        }

        @Override
        public void connectionMade(Transport transport) {
            super.connectionMade(transport);
            failIn("connectionMade");
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            super.dataReceived(data);
            failIn("dataReceived");
            write(new byte[ANSWER_BYTES]);
        }

        @Override
        public boolean eofReceived() {
            super.eofReceived();
            failIn("eofReceived");
            return false;
        }

        @Override
        public void pauseWriting() {
            super.pauseWriting();
            failIn("pauseWriting");
        }

        @Override
        public void resumeWriting() {
            super.resumeWriting();
            failIn("resumeWriting");
        }

        @Override
        public void connectionLost(@Nullable Exception lost) {
            super.connectionLost(lost);
            failIn("connectionLost");
        }
    }
}
