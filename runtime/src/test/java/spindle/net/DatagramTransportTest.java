package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import static spindle.Async.await;
import static spindle.net.RecordingDatagrams.bytes;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class DatagramTransportTest {
    private final LoopRun loop;

    DatagramTransportTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    private static InetSocketAddress at(String host, int port) {
        return new InetSocketAddress(InetAddress.ofLiteral(host), port);
    }

    private static RecordingDatagrams open(DatagramOptions options) throws IOException {
        return LoopRun.network().openDatagram(options, RecordingDatagrams::new);
    }

    private static RecordingDatagrams openAt(String host) throws IOException {
        return open(DatagramOptions.boundTo(at(host, 0)));
    }

    // --- Sending and receiving ---

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void datagramsArriveWholeWithTheirSender(String host) throws Exception {
        loop.run(() -> {
            RecordingDatagrams one = openAt(host);
            RecordingDatagrams two = openAt(host);
            InetSocketAddress there = two.transport().localAddress();
            one.transport().send(bytes("first"), there);
            one.transport().send(bytes(""), there);
            one.transport().send(bytes("third"), there);
            await(two.untilEvents(4));

            assertThat(two.events)
                    .containsExactly(
                            "connectionMade", "received first", "received ", "received third");
            assertThat(two.senders).containsOnly(one.transport().localAddress());
            assertThat(one.transport().counters()).isEqualTo(new DatagramCounters(0, 10, 0, 3));
            assertThat(two.transport().counters()).isEqualTo(new DatagramCounters(10, 0, 3, 0));
        });
    }

    @Test
    void withoutAnAddressItSendsToBothFamilies() throws Exception {
        loop.run(() -> {
            RecordingDatagrams both = open(DatagramOptions.defaults());
            RecordingDatagrams ipv4 = openAt("127.0.0.1");
            RecordingDatagrams ipv6 = openAt("::1");
            both.transport().send(bytes("four"), ipv4.transport().localAddress());
            both.transport().send(bytes("six"), ipv6.transport().localAddress());
            await(ipv4.untilEvents(2));
            await(ipv6.untilEvents(2));

            assertThat(both.transport().remoteAddress()).isNull();
            assertThat(both.transport().localAddress().getPort()).isPositive();
        });
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, 65507", "::1, 65527"})
    void theLargestDatagramArrivesAndALargerOneIsRefused(String host, int most) throws Exception {
        loop.run(() -> {
            RecordingDatagrams one = openAt(host);
            RecordingDatagrams two = openAt(host);
            InetSocketAddress there = two.transport().localAddress();
            one.transport().send(ByteBuffer.allocate(most), there);
            await(two.untilEvents(2));

            assertThat(two.transport().counters().bytesReceived()).isEqualTo(most);
            assertThatThrownBy(() -> one.transport().send(ByteBuffer.allocate(most + 1), there))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected at most " + most + " bytes, which is what a datagram to "
                            + Addresses.describe(there) + " can hold, but got " + (most + 1));
        });
    }

    @Test
    void aConnectedOneHearsItsPeerAlone() throws Exception {
        loop.run(() -> {
            RecordingDatagrams server = openAt("127.0.0.1");
            RecordingDatagrams stranger = openAt("127.0.0.1");
            RecordingDatagrams client =
                    open(DatagramOptions.connectedTo(server.transport().localAddress()));
            InetSocketAddress here = client.transport().localAddress();
            stranger.transport().send(bytes("hello?"), here);
            client.transport().send(bytes("ping"));
            await(server.untilEvents(2));
            server.transport().send(bytes("pong"), server.senders.getFirst());
            await(client.untilEvents(2));

            assertThat(client.events).containsExactly("connectionMade", "received pong");
            assertThat(client.transport().remoteAddress())
                    .isEqualTo(server.transport().localAddress());
            assertThat(client.transport().toString())
                    .isEqualTo("<DatagramTransport open " + Addresses.describe(here) + " -> "
                            + Addresses.describe(server.transport().localAddress())
                            + " queued=0>");
        });
    }

    @Test
    void aConnectedOneHearsThatNobodyIsThereAndGoesOn() throws Exception {
        loop.run(() -> {
            RecordingDatagrams gone = openAt("127.0.0.1");
            InetSocketAddress there = gone.transport().localAddress();
            gone.transport().abort();
            await(gone.untilEvents(2));
            RecordingDatagrams client = open(DatagramOptions.connectedTo(there));
            client.transport().send(bytes("anybody?"));
            await(client.untilEvents(2));
            assertThat(client.errors)
                    .singleElement()
                    .satisfies(error -> assertThat(error)
                            .isInstanceOf(PortUnreachableException.class)
                            .hasMessage("cannot receive from " + Addresses.describe(there)
                                    + ": nobody is there to receive"));
            RecordingDatagrams back = open(DatagramOptions.boundTo(there));
            client.transport().send(bytes("and now?"));
            await(back.untilEvents(2));

            assertThat(back.events).endsWith("received and now?");
        });
    }

    @Test
    void whatTheSystemRefusesIsToldAndTheSocketGoesOn() throws Exception {
        loop.run(() -> {
            RecordingDatagrams one = openAt("127.0.0.1");
            one.transport().send(bytes("all"), at("255.255.255.255", 9));

            assertThat(one.errors)
                    .singleElement()
                    .satisfies(error -> assertThat(error)
                            .hasMessageStartingWith("cannot send 3 bytes to 255.255.255.255:9: "));
            assertThat(one.transport().isClosing()).isFalse();
        });
    }

    // --- Whom it may send to ---

    @Test
    void aConnectedOneRefusesAnotherAddress() throws Exception {
        loop.run(() -> {
            RecordingDatagrams client = open(DatagramOptions.connectedTo(at("127.0.0.1", 9)));

            assertThatThrownBy(() -> client.transport().send(bytes("x"), at("127.0.0.1", 10)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected the peer that the socket is connected to, 127.0.0.1:9, "
                            + "but got 127.0.0.1:10");
            client.transport().send(bytes("x"), at("127.0.0.1", 9));
        });
    }

    /// It would wait for ever for an answer to what was never sent.
    @Test
    void aConnectedOneRefusesToSendNothing() throws Exception {
        loop.run(() -> {
            RecordingDatagrams client = open(DatagramOptions.connectedTo(at("127.0.0.1", 9)));

            assertThatThrownBy(() -> client.transport().send(bytes("")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("expected at least 1 byte, since the JDK sends no empty"
                            + " datagram through a connected socket: <DatagramTransport open ");
        });
    }

    @Test
    void oneThatIsNotConnectedNeedsAnAddress() throws Exception {
        loop.run(() -> {
            RecordingDatagrams one = openAt("127.0.0.1");

            assertThatThrownBy(() -> one.transport().send(bytes("x")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageStartingWith("expected an address to send to");
        });
    }

    @Test
    void addressesThatItCannotSendToAreTheCallersMistake() throws Exception {
        loop.run(() -> {
            DatagramTransport transport = openAt("127.0.0.1").transport();

            assertThatThrownBy(() -> transport.send(bytes("x"), at("::1", 9)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected an IPv4 address, as "
                            + Addresses.describe(transport.localAddress())
                            + " is, but got [0:0:0:0:0:0:0:1]:9");
            assertThatThrownBy(() -> transport.send(
                            bytes("x"), InetSocketAddress.createUnresolved("somewhere", 9)))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "expected a resolved InetSocketAddress but got somewhere");
            assertThatThrownBy(() -> transport.send(bytes("x"), UnixDomainSocketAddress.of("/x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("expected a resolved InetSocketAddress but got /x");
        });
    }

    // --- Opening ---

    @Test
    void anAddressInUseIsNamedUnlessItIsShared() throws Exception {
        loop.run(() -> {
            DatagramOptions shared =
                    DatagramOptions.boundTo(at("127.0.0.1", 0)).withReusePort(true);
            RecordingDatagrams one = open(shared);
            InetSocketAddress taken = one.transport().localAddress();
            assertThatThrownBy(() -> open(DatagramOptions.boundTo(taken)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("cannot open a datagram socket at " + Addresses.describe(taken)
                            + ": Address already in use");

            assertThat(open(shared.withLocalAddress(taken)).transport().localAddress())
                    .isEqualTo(taken);
        });
    }

    @Test
    void addressesOfTwoFamiliesDoNotGoTogether() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> open(DatagramOptions.boundTo(at("::1", 0))
                        .withRemoteAddress(at("127.0.0.1", 9))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected addresses of one family but got a datagram socket at "
                        + "[0:0:0:0:0:0:0:1]:0 connected to 127.0.0.1:9"));
    }

    @Test
    void aSupplierThatFailsClosesTheSocket() throws Exception {
        long before = Descriptors.openSockets();
        IllegalStateException failure = new IllegalStateException("no protocol today");
        loop.run(() -> assertThatThrownBy(
                        () -> LoopRun.network().openDatagram(DatagramOptions.defaults(), () -> {
                            throw failure;
                        }))
                .isSameAs(failure));

        Descriptors.assertOpenSocketsFallTo(before);
    }

    @Test
    void broadcastCanBeAllowed() throws Exception {
        loop.run(() -> {
            RecordingDatagrams one =
                    open(DatagramOptions.boundTo(at("127.0.0.1", 0)).withBroadcast(true));
            one.transport().send(bytes("all"), at("127.255.255.255", 9));

            assertThat(one.errors).isEmpty();
        });
    }

    /// With no hops, so that nothing leaves this machine.
    @ParameterizedTest
    @ValueSource(strings = {"239.1.2.3", "ff02::1234"})
    void membersOfAGroupReceiveWhatIsSentToIt(String group) throws Exception {
        InetAddress address = InetAddress.ofLiteral(group);
        NetworkInterface through = anInterfaceFor(address);
        loop.run(() -> {
            MulticastOptions multicast = MulticastOptions.defaults()
                    .withGroup(address, through)
                    .withSendThrough(through)
                    .withHops(0);
            RecordingDatagrams one = open(DatagramOptions.defaults().withMulticast(multicast));
            int port = one.transport().localAddress().getPort();
            RecordingDatagrams two = open(
                    DatagramOptions.boundTo(new InetSocketAddress(port)).withMulticast(multicast));
            one.transport().send(bytes("all"), new InetSocketAddress(address, port));
            await(one.untilEvents(2));
            await(two.untilEvents(2));

            assertThat(one.events).containsExactly("connectionMade", "received all");
            assertThat(two.events).containsExactly("connectionMade", "received all");
        });
    }

    private static NetworkInterface anInterfaceFor(InetAddress group) throws IOException {
        List<NetworkInterface> usable = NetworkInterface.networkInterfaces()
                .filter(candidate -> candidate
                        .inetAddresses()
                        .anyMatch(local ->
                                local.getClass() == group.getClass() && !local.isLoopbackAddress()))
                .toList();
        assumeThat(usable).as("interfaces of the family of %s", group).isNotEmpty();
        return usable.getFirst();
    }

    @Test
    void onlyAGroupCanBeJoined() throws Exception {
        NetworkInterface loopback = NetworkInterface.getByName("lo");
        assumeThat(loopback).isNotNull();

        assertThatThrownBy(() -> MulticastOptions.defaults()
                        .withGroup(InetAddress.ofLiteral("127.0.0.1"), loopback))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected the address of a multicast group but got 127.0.0.1");
    }

    // --- Failures and ends ---

    @Test
    void aProtocolThatFailsIsReportedAndTheSocketGoesOn() throws Exception {
        IllegalStateException failure = new IllegalStateException("a bug");
        var reports = loop.runWithReports(() -> {
            RecordingDatagrams fragile = LoopRun.network()
                    .openDatagram(
                            DatagramOptions.boundTo(at("127.0.0.1", 0)),
                            () -> new RecordingDatagrams() {
                                @Override
                                public void datagramReceived(
                                        ByteBuffer data, InetSocketAddress sender) {
                                    super.datagramReceived(data, sender);
                                    if (events.size() == 2) {
                                        throw failure;
                                    }
                                }
                            });
            RecordingDatagrams one = openAt("127.0.0.1");
            one.transport().send(bytes("a"), fragile.transport().localAddress());
            one.transport().send(bytes("b"), fragile.transport().localAddress());
            await(fragile.untilEvents(3));

            assertThat(fragile.events).endsWith("received b");
        });

        assertThat(reports).singleElement().satisfies(report -> {
            assertThat(report.message()).isEqualTo("protocol.datagramReceived() failed");
            assertThat(report.exception()).isSameAs(failure);
            assertThat(report.source()).isInstanceOf(DatagramTransport.class);
        });
    }

    @Test
    void aConnectionMadeThatFailsEndsIt() throws Exception {
        IllegalStateException failure = new IllegalStateException("a bug");
        var reports = loop.runWithReports(() -> {
            RecordingDatagrams protocol = LoopRun.network()
                    .openDatagram(DatagramOptions.defaults(), () -> new RecordingDatagrams() {
                        @Override
                        public void connectionMade(DatagramTransport made) {
                            throw failure;
                        }
                    });
            await(protocol.untilEvents(1));

            assertThat(protocol.events).containsExactly("connectionLost");
            assertThat(protocol.failure()).isSameAs(failure);
        });

        assertThat(reports).hasSize(1);
    }

    @Test
    void closingTellsTheProtocolOnceAndGivesThePortBack() throws Exception {
        loop.run(() -> {
            RecordingDatagrams one = openAt("127.0.0.1");
            InetSocketAddress address = one.transport().localAddress();
            one.transport().close();
            one.transport().close();
            one.transport().abort();
            one.transport().send(bytes("late"), address);
            await(one.untilEvents(2));
            open(DatagramOptions.boundTo(address));

            assertThat(one.events).containsExactly("connectionMade", "connectionLost");
            assertThat(one.failure()).isNull();
        });
    }

    @Test
    void closingTheLoopClosesSocketsAndTellsTheirProtocols() throws Exception {
        long before = Descriptors.openSockets();
        List<RecordingDatagrams> opened = new ArrayList<>();
        try (EventLoop open = loop.open()) {
            open.runUntilComplete(() -> {
                opened.add(openAt("127.0.0.1"));
                opened.add(openAt("::1"));
                opened.getLast().transport().abort();
                return null;
            });
        }

        Descriptors.assertOpenSocketsFallTo(before);
        assertThat(opened)
                .allSatisfy(protocol -> assertThat(protocol.events)
                        .containsExactly("connectionMade", "connectionLost"));
        assertThat(opened.getFirst().failure()).hasMessage("the event loop was closed");
        assertThat(loop.reports()).isEmpty();
    }

    @Test
    void aNetworkNeedNotHaveDatagrams() throws Exception {
        loop.run(() -> assertThatThrownBy(() -> new FakeNetwork()
                        .openDatagram(DatagramOptions.defaults(), RecordingDatagrams::new))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageStartingWith("this network has no datagrams: "));
    }
}
