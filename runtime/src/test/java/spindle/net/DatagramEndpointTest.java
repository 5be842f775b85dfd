package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.net.RecordingDatagrams.bytes;

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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Datagrams that are awaited, on real sockets.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class DatagramEndpointTest {
    private final LoopRun loop;

    DatagramEndpointTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    private static DatagramOptions at(String host) {
        return DatagramOptions.boundTo(new InetSocketAddress(InetAddress.ofLiteral(host), 0));
    }

    private static String text(Datagram datagram) {
        return datagram.text(StandardCharsets.US_ASCII);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void echoesDatagrams(String host) throws Exception {
        loop.run(() -> {
            var server = DatagramEndpoint.open(at(host));
            try (var client =
                    DatagramEndpoint.open(DatagramOptions.connectedTo(server.localAddress()))) {
                Task<?> echo = createTask(() -> {
                    for (Datagram datagram : awaitEach(server)) {
                        await(server.send(datagram.data(), datagram.address()));
                    }
                });
                for (String word : List.of("one", "two", "three")) {
                    await(client.send(bytes(word)));
                    Datagram answer = await(client.receive());
                    assertThat(text(answer)).isEqualTo(word);
                    assertThat(answer.address()).isEqualTo(server.localAddress());
                }
                server.close();
                await(echo);

                assertThat(client.remoteAddress()).isEqualTo(server.localAddress());
                assertThat(client.counters()).isEqualTo(new DatagramCounters(11, 11, 3, 3));
            }
        });
    }

    @Test
    void keepsWhatArrivesWhileNobodyReceivesAndCountsWhatFindsNoRoom() throws Exception {
        loop.run(() -> {
            try (var receiver = DatagramEndpoint.open(LoopRun.network(), at("127.0.0.1"), 3);
                    var sender = DatagramEndpoint.open(at("127.0.0.1"))) {
                for (int i = 0; i < 5; i++) {
                    await(sender.send(bytes("" + i), receiver.localAddress()));
                }
                await(LoopRun.until(() -> receiver.counters().received() == 5));

                assertThat(receiver.dropped()).isEqualTo(2);
                assertThat(receiver.toString())
                        .isEqualTo(
                                "<DatagramEndpoint " + Addresses.describe(receiver.localAddress())
                                        + " waiting=3 dropped=2>");
                for (String kept : List.of("0", "1", "2")) {
                    assertThat(text(await(receiver.receive()))).isEqualTo(kept);
                }
                assertThat(receiver.waiting()).isZero();
            }
        });
    }

    @Test
    void whoWaitsLongestReceivesFirst() throws Exception {
        loop.run(() -> {
            try (var receiver = DatagramEndpoint.open(at("127.0.0.1"));
                    var sender = DatagramEndpoint.open(at("127.0.0.1"))) {
                List<Task<Datagram>> waiting = new ArrayList<>();
                for (int i = 0; i < 3; i++) {
                    waiting.add(createTask(receiver.receive()));
                }
                yieldNow();
                for (int i = 0; i < 3; i++) {
                    await(sender.send(bytes("" + i), receiver.localAddress()));
                }
                for (int i = 0; i < 3; i++) {
                    assertThat(text(await(waiting.get(i)))).isEqualTo("" + i);
                }
            }
        });
    }

    /// In any turn around its arrival.
    @Test
    void aReceiveThatIsCancelledTakesNoDatagramAway() throws Exception {
        loop.run(() -> {
            int cancelled = 0;
            for (int turns = 0; turns < 6; turns++) {
                try (var receiver = DatagramEndpoint.open(at("127.0.0.1"));
                        var sender = DatagramEndpoint.open(at("127.0.0.1"))) {
                    Task<Datagram> impatient = createTask(receiver.receive());
                    Task<Datagram> patient = createTask(receiver.receive());
                    yieldNow();
                    await(sender.send(bytes("first"), receiver.localAddress()));
                    await(sender.send(bytes("second"), receiver.localAddress()));
                    for (int i = 0; i < turns; i++) {
                        yieldNow();
                    }
                    List<String> received = new ArrayList<>();
                    if (impatient.cancel()) {
                        cancelled++;
                        assertThatThrownBy(() -> await(impatient))
                                .isInstanceOf(CancelledError.class);
                    } else {
                        received.add(text(await(impatient)));
                    }
                    received.add(text(await(patient)));
                    if (received.size() == 1) {
                        received.add(text(await(receiver.receive())));
                    }

                    assertThat(received)
                            .as("cancelled after %d turns", turns)
                            .containsExactlyInAnyOrder("first", "second");
                    assertThat(receiver.dropped()).isZero();
                }
            }
            assertThat(cancelled).isPositive();
        });
    }

    @Test
    void aReceiveFailsOnceWhenNobodyIsThere() throws Exception {
        loop.run(() -> {
            var gone = DatagramEndpoint.open(at("127.0.0.1"));
            gone.close();
            await(gone.waitClosed());
            try (var client =
                    DatagramEndpoint.open(DatagramOptions.connectedTo(gone.localAddress()))) {
                Task<Datagram> receiving = createTask(client.receive());
                await(client.send(bytes("anybody?")));
                assertThatThrownBy(() -> await(receiving))
                        .isInstanceOf(PortUnreachableException.class);

                try (var back =
                        DatagramEndpoint.open(DatagramOptions.boundTo(gone.localAddress()))) {
                    await(client.send(bytes("and now?")));
                    assertThat(text(await(back.receive()))).isEqualTo("and now?");
                    await(back.send(bytes("yes"), client.localAddress()));
                    assertThat(text(await(client.receive()))).isEqualTo("yes");
                }
            }
        });
    }

    @Test
    void aSendThatTheSystemRefusesFails() throws Exception {
        loop.run(() -> {
            try (var endpoint = DatagramEndpoint.open(at("127.0.0.1"))) {
                assertThatThrownBy(() -> await(endpoint.send(
                                bytes("all"), new InetSocketAddress("255.255.255.255", 9))))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("cannot send 3 bytes to 255.255.255.255:9: ");
                await(endpoint.send(bytes("self"), endpoint.localAddress()));

                assertThat(text(await(endpoint.receive()))).isEqualTo("self");
            }
        });
    }

    @Test
    void anAddressThatItMayNotSendToIsTheCallersMistake() throws Exception {
        loop.run(() -> {
            try (var endpoint = DatagramEndpoint.open(at("127.0.0.1"))) {
                assertThatThrownBy(() -> await(endpoint.send(bytes("x"))))
                        .isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> await(endpoint.send(
                                bytes("x"), InetSocketAddress.createUnresolved("somewhere", 9))))
                        .isInstanceOf(IllegalArgumentException.class);
                await(endpoint.send(bytes("self"), endpoint.localAddress()));
            }
        });
    }

    @Test
    void closingTellsThoseWhoReceive() throws Exception {
        loop.run(() -> {
            var endpoint = DatagramEndpoint.open(at("127.0.0.1"));
            Task<Datagram> receiving = createTask(endpoint.receive());
            Task<Optional<Datagram>> iterating = createTask(endpoint.next());
            yieldNow();
            endpoint.close();
            endpoint.close();

            assertThatThrownBy(() -> await(receiving))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(
                            "the datagram endpoint is closed: <DatagramEndpoint clos");
            assertThat(await(iterating)).isEmpty();
            assertThat(await(endpoint.next())).isEmpty();
            assertThatThrownBy(() -> await(endpoint.send(bytes("x"), endpoint.localAddress())))
                    .hasMessageStartingWith("the datagram endpoint is closed: ");
            await(endpoint.waitClosed());
            try (var next =
                    DatagramEndpoint.open(DatagramOptions.boundTo(endpoint.localAddress()))) {
                assertThat(next.localAddress()).isEqualTo(endpoint.localAddress());
            }
        });
    }

    @Test
    void needsRoomForOneDatagram() throws Exception {
        loop.run(() -> assertThatThrownBy(() ->
                        DatagramEndpoint.open(LoopRun.network(), DatagramOptions.defaults(), 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected room for at least 1 datagram but it is 0"));
    }
}
