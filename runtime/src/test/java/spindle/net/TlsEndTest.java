package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.TestLoops;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;

import javax.net.ssl.SSLException;

/// How TLS connections end, and how that is told.
@OnBothEngines
class TlsEndTest {
    @RegisterExtension
    final TestLoops loops;

    TlsEndTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    private static final class StaysOpen extends RecordingProtocol {
        @Override
        public boolean eofReceived() {
            super.eofReceived();
            return true;
        }
    }

    private static Tls client(String version) {
        return Certificates.client().withVersions(version);
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void closeSendsWhatWasWrittenAndEndsBothSidesInOrder(String version) throws Exception {
        loops.run(() -> {
            var pair = await(
                    TlsPair.over(Wire.inPiecesOf(20_000), client(version), Certificates.server()));
            pair.client().write(new byte[500_000]);
            pair.client().write("last");
            pair.ofClient().close();
            await(pair.client().untilLost());
            await(pair.server().untilLost());

            assertThat(pair.server().received.size()).isEqualTo(500_004);
            assertThat(pair.server().failure()).isNull();
            assertThat(pair.server().events)
                    .containsExactly(
                            "connectionMade", "dataReceived", "eofReceived", "connectionLost");
            assertThat(pair.client().failure()).isNull();
            assertThat(pair.client().events)
                    .startsWith("connectionMade")
                    .endsWith("connectionLost");
        });
    }

    @Test
    void closeWaitsForThePeersEnd() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    StaysOpen::new));
            pair.ofClient().close();
            await(pair.server().untilEvent("eofReceived"));
            await(sleep(Duration.ofSeconds(20)));
            assertThat(pair.client().events).containsExactly("connectionMade");
            pair.server().write("nobody reads this");
            pair.ofServer().close();
            await(pair.client().untilLost());

            assertThat(pair.client().events).containsExactly("connectionMade", "connectionLost");
            assertThat(pair.client().failure()).isNull();
        });
    }

    @Test
    void aPeerThatDoesNotAnswerTheCloseIsGivenUpInTime() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    StaysOpen::new));
            pair.ofClient().close();
            long start = EventLoop.current().time();
            await(pair.client().untilLost());

            assertThat(Duration.ofNanos(EventLoop.current().time() - start))
                    .isEqualTo(Duration.ofSeconds(30));
            assertThat(pair.client().failure())
                    .isInstanceOf(SocketTimeoutException.class)
                    .hasMessage(
                            "TLS shutdown with localhost (127.0.0.1:2) timed out after 30 s: it has not answered close_notify");
            pair.ofServer().abort();
            await(pair.server().untilLost());
        });
    }

    @Test
    void thePeersTimeToAnswerBeginsWhenAllIsSent() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.inPiecesOf(50_000)));
            pair.ofServer().pauseReading();
            pair.client().write(new byte[1_000_000]);
            pair.ofClient().close();
            await(sleep(Duration.ofSeconds(100)));
            assertThat(pair.client().events).doesNotContain("connectionLost");
            pair.ofServer().resumeReading();
            await(pair.client().untilLost());
            await(pair.server().untilLost());

            assertThat(pair.client().failure()).isNull();
            assertThat(pair.server().received.size()).isEqualTo(1_000_000);
        });
    }

    @Test
    void anEndWithoutCloseNotifyIsATruncation() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.client().write("part");
            yieldNow();
            pair.wire().left.close();
            await(pair.server().untilLost());

            assertThat(pair.server().receivedText()).isEqualTo("part");
            assertThat(pair.server().events)
                    .containsExactly("connectionMade", "dataReceived", "connectionLost");
            assertThat(pair.server().failure())
                    .isInstanceOf(TlsTruncationException.class)
                    .hasMessage(
                            "TLS connection with 127.0.0.1:1 was cut off: the peer's end of stream came without close_notify, so what was received may be incomplete");
        });
    }

    @Test
    void anEndAmidARecordIsATruncation() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.wire().left.write(ByteBuffer.wrap(new byte[] {23, 3, 3, 0, 50, 1, 2}));
            pair.wire().left.close();
            await(pair.server().untilLost());

            assertThat(pair.server().failure()).isInstanceOf(TlsTruncationException.class);
        });
    }

    @Test
    void aPeerThatLeavesAfterOurCloseWithoutAWordIsNoFailure() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.ofClient().close();
            pair.wire().right.close();
            await(pair.client().untilLost());

            assertThat(pair.client().failure()).isNull();
            pair.ofServer().abort();
            await(pair.server().untilLost());
        });
    }

    @Test
    void aBrokenConnectionIsTold() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            var reset = new IOException("Connection reset");
            pair.wire().left.lose(reset);
            await(pair.client().untilLost());

            assertThat(pair.client().failure()).isSameAs(reset);
            pair.ofServer().abort();
            await(pair.server().untilLost());
        });
    }

    @Test
    void abortDropsWhatWasNotSent() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.inPiecesOf(1000)));
            pair.client().write(new byte[100_000]);
            pair.ofClient().abort();
            await(pair.client().untilLost());
            await(pair.server().untilLost());

            assertThat(pair.client().failure()).isNull();
            assertThat(pair.server().failure()).isInstanceOf(TlsTruncationException.class);
        });
    }

    @Test
    void aRecordThatWasChangedOnTheWayEndsTheConnectionAfterTheGoodOnes() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.client().write("good");
            pair.wire().left.write(ByteBuffer.wrap(new byte[] {
                23, 3, 3, 0, 20, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19,
                20
            }));
            await(pair.server().untilLost());
            await(pair.client().untilLost());

            assertThat(pair.server().receivedText()).isEqualTo("good");
            assertThat(pair.server().failure())
                    .isInstanceOf(SSLException.class)
                    .hasMessageStartingWith("TLS connection with 127.0.0.1:1 failed: ");
            assertThat(pair.client().failure())
                    .hasMessage(
                            "TLS connection with localhost (127.0.0.1:2) failed: the peer sent the alert bad_record_mac");
        });
    }

    // --- Half-close ---

    @Test
    void oneDirectionMayEndBeforeTheOther() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    StaysOpen::new));
            pair.client().write("question");
            pair.ofClient().writeEof();
            await(pair.server().untilEvent("eofReceived"));
            assertThat(pair.ofServer().isClosing()).isFalse();
            pair.server().write("answer");
            pair.ofServer().close();
            await(pair.client().untilLost());
            await(pair.server().untilLost());

            assertThat(pair.server().receivedText()).isEqualTo("question");
            assertThat(pair.client().receivedText()).isEqualTo("answer");
            assertThat(pair.client().failure()).isNull();
            assertThat(pair.server().failure()).isNull();
        });
    }

    @Test
    void nothingIsWrittenAfterTheEnd() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.ofClient().writeEof();

            assertThatThrownBy(() -> pair.client().write("more"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith(
                            "cannot write after writeEof(): <TlsTransport open TLSv1.3");
            await(pair.client().untilLost());
            await(pair.server().untilLost());
        });
    }

    @Test
    void beforeTls13OneDirectionCannotEndAlone() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole(), client("TLSv1.2"), Certificates.server()));

            assertThat(pair.ofClient().canWriteEof()).isFalse();
            assertThatThrownBy(() -> pair.ofClient().writeEof())
                    .isInstanceOf(UnsupportedOperationException.class)
                    .hasMessage(
                            "expected TLSv1.3, which can end one direction, but the connection has TLSv1.2: close it instead");
            pair.ofClient().abort();
            await(pair.client().untilLost());
            await(pair.server().untilLost());
        });
    }

    @Test
    void beforeTls13ThePeersEndClosesTheConnectionWhateverTheProtocolWants() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    client("TLSv1.2"),
                    Certificates.server(),
                    RecordingProtocol::new,
                    StaysOpen::new));
            pair.ofClient().close();
            await(pair.server().untilLost());
            await(pair.client().untilLost());

            assertThat(pair.server().events).contains("eofReceived");
            assertThat(pair.server().failure()).isNull();
        });
    }

    // --- Protocols that fail ---

    @Test
    void aProtocolThatFailsIsReportedAndItsConnectionAborted() throws Exception {
        var bug = new IllegalStateException("bug");
        class Failing extends RecordingProtocol {
            @Override
            public void dataReceived(ByteBuffer data) {
                throw bug;
            }
        }

        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    RecordingProtocol::new,
                    Failing::new));
            pair.client().write("x");
            await(pair.server().untilLost());
            await(pair.client().untilLost());

            assertThat(pair.server().failure()).isSameAs(bug);
            assertThat(pair.client().failure()).isInstanceOf(TlsTruncationException.class);
        });
        assertThat(loops.reports().takeAll())
                .extracting(report -> report.message())
                .containsExactly("protocol.dataReceived() failed");
    }
}
