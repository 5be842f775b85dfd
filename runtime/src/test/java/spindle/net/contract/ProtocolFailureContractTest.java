package spindle.net.contract;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.ExceptionHandler;
import spindle.net.Connections;
import spindle.net.RecordingProtocol;
import spindle.net.Transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;

/// Every method of a protocol throws, once on a connection among others.
@OnEveryNetwork
class ProtocolFailureContractTest {
    private final ContractRun contract;

    ProtocolFailureContractTest(NetworkUnderTest network, CoroutineEngine engine) {
        contract = new ContractRun(network, engine);
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
        List<ExceptionHandler.Context> reports = contract.runWithReports(network -> {
            try (var connections = Connections.over(network, () -> new RecordingProtocol() {
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
        List<ExceptionHandler.Context> reports = contract.runWithReports(network -> {
            try (var connections = Connections.over(network, RecordingProtocol::new)) {
                var ends =
                        connections.own(() -> new Failing("connectionMade", failure, new byte[0]));
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
        contract.runWithReports(network -> {
            try (var others = Connections.over(network, RecordingProtocol::new);
                    var connections = Connections.over(
                            network, () -> new Failing(method, failure, contract.moreThanFits()))) {
                var other = others.own(RecordingProtocol::new);
                var ends = connections.own(RecordingProtocol::new);
                failing[0] = ends.server();
                Failing server = ends.server();
                ends.client().transport().pauseReading();
                ends.client().write("question");
                ends.client().transport().writeEof();
                await(server.until(() -> server.events.size() > 1));
                ends.client().transport().resumeReading();
                await(ends.client().untilLost());
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

    private void assertReported(String method, Throwable failure, Failing failing) {
        assertThat(contract.reports()).hasSize(1);
        ExceptionHandler.Context report = contract.reports().getFirst();
        assertThat(report.message()).isEqualTo("protocol." + method + "() failed");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source()).isSameAs(failing.transport());
    }

    /// Answers what it gets with more than the system takes at once, then closes; and throws
    /// from one of its methods.
    private static final class Failing extends RecordingProtocol {
        private final String method;
        private final Throwable failure;
        private final byte[] answer;

        Failing(String method, Throwable failure, byte[] answer) {
            this.method = method;
            this.failure = failure;
            this.answer = answer;
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
            write(answer);
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
