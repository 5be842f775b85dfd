package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.net.RecordingDatagrams.bytes;

import org.junit.jupiter.api.Test;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.testing.Testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;

/// What an endpoint does while the system has no room, and who gets what arrives: step by step.
@OnBothEngines
class DatagramEndpointStepsTest {
    private static final InetSocketAddress PEER =
            new InetSocketAddress(InetAddress.ofLiteral("192.0.2.7"), 9);

    private final CoroutineEngine engine;
    private final FullDatagrams transport = new FullDatagrams();

    DatagramEndpointStepsTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    private interface Play {
        void play(DatagramEndpoint endpoint) throws Exception;
    }

    private void run(Play play) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), () -> {
            DatagramEndpoint endpoint =
                    DatagramEndpoint.open(transport, DatagramOptions.defaults(), 1);
            play.play(endpoint);
            endpoint.close();
        });
    }

    @Test
    void aSendEndsWhenTheSystemHasTakenTheDatagram() throws Exception {
        run(endpoint -> {
            Task<?> one = createTask(endpoint.send(bytes("one"), PEER));
            Task<?> two = createTask(endpoint.send(bytes("two"), PEER));
            yieldNow();
            yieldNow();
            assertThat(transport.given).as("to the transport").containsExactly("one");
            assertThat(one.isDone()).isFalse();
            transport.takeOne(null);
            await(one);
            yieldNow();
            assertThat(transport.given).containsExactly("one", "two");
            assertThat(two.isDone()).isFalse();
            transport.takeOne(null);

            await(two);
        });
    }

    @Test
    void aRefusalIsToldToWhoSentIt() throws Exception {
        IOException refusal = new IOException("no");
        run(endpoint -> {
            Task<?> one = createTask(endpoint.send(bytes("one"), PEER));
            Task<?> two = createTask(endpoint.send(bytes("two"), PEER));
            yieldNow();
            yieldNow();
            transport.takeOne(refusal);
            assertThatThrownBy(() -> await(one)).isSameAs(refusal);
            yieldNow();
            transport.takeOne(null);

            await(two);
            assertThat(endpoint.waiting()).as("failures for receivers").isZero();
        });
    }

    @Test
    void aSendThatIsCancelledInItsTurnIsNotSent() throws Exception {
        run(endpoint -> {
            Task<?> one = createTask(endpoint.send(bytes("one"), PEER));
            Task<?> two = createTask(endpoint.send(bytes("two"), PEER));
            Task<?> three = createTask(endpoint.send(bytes("three"), PEER));
            yieldNow();
            yieldNow();
            two.cancel();
            assertThatThrownBy(() -> await(two)).isInstanceOf(CancelledError.class);
            transport.takeOne(null);
            await(one);
            yieldNow();
            transport.takeOne(null);
            await(three);

            assertThat(transport.given).containsExactly("one", "three");
        });
    }

    @Test
    void aSendThatIsCancelledWhileItWaitsForTheSystemHoldsUpNobody() throws Exception {
        run(endpoint -> {
            Task<?> one = createTask(endpoint.send(bytes("one"), PEER));
            Task<?> two = createTask(endpoint.send(bytes("two"), PEER));
            yieldNow();
            yieldNow();
            one.cancel();
            assertThatThrownBy(() -> await(one)).isInstanceOf(CancelledError.class);
            yieldNow();
            assertThat(transport.given).containsExactly("one");
            transport.takeOne(new IOException("nobody waits to hear this"));
            yieldNow();
            transport.takeOne(null);

            await(two);
        });
    }

    @Test
    void losingTheSocketTellsThoseWhoSend() throws Exception {
        run(endpoint -> {
            Task<?> one = createTask(endpoint.send(bytes("one"), PEER));
            Task<?> two = createTask(endpoint.send(bytes("two"), PEER));
            yieldNow();
            yieldNow();
            IOException failure = new IOException("broken");
            transport.protocol().connectionLost(failure);

            assertThatThrownBy(() -> await(one))
                    .hasMessageStartingWith("the datagram endpoint is closed: ")
                    .hasCause(failure);
            assertThatThrownBy(() -> await(two)).hasCause(failure);
            assertThatThrownBy(() -> await(endpoint.receive())).isSameAs(failure);
        });
    }

    // --- Receiving ---

    private void arrive(String text) {
        transport.protocol().datagramReceived(bytes(text), PEER);
    }

    private static String text(Datagram datagram) {
        return datagram.text(StandardCharsets.US_ASCII);
    }

    @Test
    void aDatagramInTheHandOfAReceiverThatIsCancelledGoesToTheNext() throws Exception {
        run(endpoint -> {
            Task<Datagram> impatient = createTask(endpoint.receive());
            Task<Datagram> patient = createTask(endpoint.receive());
            yieldNow();
            arrive("one");
            impatient.cancel();
            assertThatThrownBy(() -> await(impatient)).isInstanceOf(CancelledError.class);

            assertThat(text(await(patient))).isEqualTo("one");
        });
    }

    @Test
    void aDatagramInTheHandOfAReceiverThatIsCancelledComesBeforeLaterOnes() throws Exception {
        run(endpoint -> {
            Task<Datagram> impatient = createTask(endpoint.receive());
            yieldNow();
            arrive("one");
            arrive("two");
            impatient.cancel();
            assertThatThrownBy(() -> await(impatient)).isInstanceOf(CancelledError.class);

            assertThat(text(await(endpoint.receive()))).isEqualTo("one");
            assertThat(text(await(endpoint.receive()))).isEqualTo("two");
            assertThat(endpoint.dropped()).isZero();
        });
    }

    @Test
    void nobodyOvertakesTheReceiverThatADatagramWasHandedTo() throws Exception {
        run(endpoint -> {
            Task<Datagram> first = createTask(endpoint.receive());
            yieldNow();
            arrive("one");
            arrive("two");

            assertThat(text(await(endpoint.receive()))).isEqualTo("two");
            assertThat(text(await(first))).isEqualTo("one");
        });
    }

    @Test
    void aFailureThatNobodySentForIsTheReceivers() throws Exception {
        IOException failure = new IOException("nobody is there");
        run(endpoint -> {
            transport.protocol().errorReceived(failure);

            assertThatThrownBy(() -> await(endpoint.receive())).isSameAs(failure);
        });
    }
}
