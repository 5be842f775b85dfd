package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;
import static spindle.Async.yieldNow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/// TLS over a wire in memory: bytes go through, however they are cut.
@OnBothEngines
class TlsTest {
    @RegisterExtension
    final TestLoops loops;

    TlsTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeAll
    static void makeCertificates() throws Exception {
        Certificates.make();
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void bytesGoThroughBothWaysInEitherVersion(String version) throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client().withVersions(version),
                    Certificates.server()));
            pair.client().write("question");
            await(pair.server().untilReceived(8));
            pair.server().write("answer");
            await(pair.client().untilReceived(6));

            assertThat(pair.server().receivedText()).isEqualTo("question");
            assertThat(pair.client().receivedText()).isEqualTo("answer");
            assertThat(pair.details().session().getProtocol()).isEqualTo(version);
            assertThat(pair.wire().left.sent.toString(ISO_8859_1)).doesNotContain("question");
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
    void everyByteMayComeAlone(String version) throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(
                    Wire.inPiecesOf(1),
                    Certificates.client().withVersions(version),
                    Certificates.server()));
            pair.client().write("question");
            pair.client().transport().close();
            await(pair.server().untilLost());
            await(pair.client().untilLost());

            assertThat(pair.server().receivedText()).isEqualTo("question");
            assertThat(pair.server().failure()).isNull();
            assertThat(pair.client().failure()).isNull();
        });
    }

    @Test
    void aRecordMayBeCutAnywhere() throws Exception {
        for (int cut = 1; cut < 60; cut++) {
            int bytes = cut;
            loops.run(() -> {
                var pair = await(TlsPair.over(Wire.cutAfter(bytes)));
                pair.client().write("question");
                await(pair.server().untilReceived(8));

                assertThat(pair.server().receivedText()).isEqualTo("question");
            });
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1 << 20, 16_384, 16_385, 5_000, 77})
    void muchGoesThroughBothWaysAtTheSameTime(int piece) throws Exception {
        byte[] data = new byte[piece < 1000 ? 200_000 : 3_000_000];
        new Random(1).nextBytes(data);
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.inPiecesOf(piece)));
            pair.client().write(data);
            pair.server().write(data);
            await(pair.server().untilReceived(data.length));
            await(pair.client().untilReceived(data.length));

            assertThat(Arrays.equals(pair.server().received.toByteArray(), data))
                    .isTrue();
            assertThat(Arrays.equals(pair.client().received.toByteArray(), data))
                    .isTrue();
        });
    }

    @Test
    void dataRightBehindTheHandshakeComesAfterConnectionMade() throws Exception {
        loops.run(() -> {
            class Greeting extends RecordingProtocol {
                @Override
                public void connectionMade(Transport transport) {
                    super.connectionMade(transport);
                    write("hello");
                }
            }

            var pair = await(TlsPair.over(
                    Wire.whole(),
                    Certificates.client(),
                    Certificates.server(),
                    Greeting::new,
                    Greeting::new));
            await(pair.client().untilReceived(5));
            await(pair.server().untilReceived(5));

            assertThat(pair.client().events).containsExactly("connectionMade", "dataReceived");
            assertThat(pair.server().events).containsExactly("connectionMade", "dataReceived");
        });
    }

    // --- Writing ---

    @Test
    void aThousandSmallWritesOfOneTurnAreTwoRecords() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            long before = pair.wire().left.writes();
            for (int i = 0; i < 1000; i++) {
                pair.client().write("0123456789");
            }
            await(pair.server().untilReceived(10_000));

            assertThat(pair.wire().left.writes() - before).isEqualTo(2);
            assertThat(pair.server().receivedText()).isEqualTo("0123456789".repeat(1000));
        });
    }

    @Test
    void theFirstWriteOfATurnGoesOutAtOnce() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            yieldNow();
            long before = pair.wire().left.writes();
            pair.client().write("now");

            assertThat(pair.wire().left.writes() - before).isEqualTo(1);
            assertThat(pair.ofClient().writeBufferSize()).isPositive();
        });
    }

    @Test
    void whatIsGatheredKeepsItsOrderWithWhatIsTooLongForARecord() throws Exception {
        byte[] data = new byte[100_000];
        new Random(2).nextBytes(data);
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            int sent = 0;
            for (int length = 1; sent < data.length; length = length * 3 % 20_011) {
                int count = Math.min(length, data.length - sent);
                pair.client().write(Arrays.copyOfRange(data, sent, sent + count));
                sent += count;
            }
            await(pair.server().untilReceived(data.length));

            assertThat(Arrays.equals(pair.server().received.toByteArray(), data))
                    .isTrue();
        });
    }

    @Test
    void countersCountWhatTheApplicationSentAndReceived() throws Exception {
        loops.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.client().write(new byte[40_000]);
            await(pair.server().untilReceived(40_000));

            assertThat(pair.ofClient().counters())
                    .isEqualTo(new TransportCounters(0, 40_000, 0, 1));
            assertThat(pair.ofServer().counters())
                    .isEqualTo(new TransportCounters(40_000, 0, 1, 0));
        });
    }

    // --- One in another ---

    @Test
    void tlsRunsWithinTls() throws Exception {
        byte[] data = new byte[1_000_000];
        new Random(3).nextBytes(data);
        loops.run(() -> {
            var outer = await(TlsPair.over(Wire.inPiecesOf(30_000)));
            var serving = createEagerTask(
                    Certificates.server().startTls(outer.ofServer(), RecordingProtocol::new));
            RecordingProtocol client =
                    await(Certificates.client().startTls(outer.ofClient(), RecordingProtocol::new));
            RecordingProtocol server = await(serving);
            client.write(data);
            server.write(data);
            await(server.untilReceived(data.length));
            await(client.untilReceived(data.length));
            client.transport().close();
            await(client.untilLost());
            await(server.untilLost());

            assertThat(Arrays.equals(server.received.toByteArray(), data)).isTrue();
            assertThat(Arrays.equals(client.received.toByteArray(), data)).isTrue();
            assertThat(server.failure()).isNull();
            assertThat(client.failure()).isNull();
            assertThat(outer.client().events).containsExactly("connectionMade");
        });
    }

    @Test
    void aConnectionGoesOnInTlsAfterPlainText() throws Exception {
        loops.run(() -> {
            Wire wire = Wire.whole();
            var plain = new RecordingProtocol();
            wire.right.setProtocol(plain);
            wire.left.write(ByteBuffer.wrap(LoopRun.ascii("STARTTLS\n")));
            await(plain.untilReceived(9));
            var pair = await(TlsPair.over(wire));
            pair.client().write("secret");
            await(pair.server().untilReceived(6));

            assertThat(plain.receivedText()).isEqualTo("STARTTLS\n");
            assertThat(pair.server().receivedText()).isEqualTo("secret");
        });
    }
}
