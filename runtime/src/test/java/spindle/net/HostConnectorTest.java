package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.testing.Testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/// Which addresses of a host are tried, when, and what is said if none will do.
@OnBothEngines
class HostConnectorTest {
    private final CoroutineEngine engine;

    HostConnectorTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    private void run(Coroutine.Action test) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), test);
    }

    private static HostConnector connector(FakeNetwork network, String... addresses) {
        return new HostConnector(network, resolverOf(addresses));
    }

    private static Resolver resolverOf(String... addresses) {
        List<InetAddress> all =
                Arrays.stream(addresses).map(InetAddress::ofLiteral).toList();
        return _ -> () -> all;
    }

    private static Coroutine<RecordingProtocol> connect(HostConnector connector) {
        return connector.connect("somewhere", 80, RecordingProtocol::new);
    }

    // --- The order ---

    /// The first family is the one that the resolver prefers; each keeps its own order.
    @ParameterizedTest
    @CsvSource({
        "192.0.2.1 192.0.2.2 ::1 ::2, 192.0.2.1 ::1 192.0.2.2 ::2",
        "::1 ::2 ::3 192.0.2.1, ::1 192.0.2.1 ::2 ::3",
        "::1 192.0.2.1 192.0.2.2 192.0.2.3, ::1 192.0.2.1 192.0.2.2 192.0.2.3",
        "192.0.2.3 192.0.2.1 192.0.2.2, 192.0.2.3 192.0.2.1 192.0.2.2",
        "192.0.2.1 192.0.2.1 ::1, 192.0.2.1 ::1",
    })
    void familiesTakeTurnsBeginningWithTheFirst(String found, String tried) throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork();
            for (String address : found.split(" ", -1)) {
                network.refuses(address, 0);
            }
            assertThatThrownBy(() -> await(connect(connector(network, found.split(" ", -1)))))
                    .isInstanceOf(ConnectFailedException.class);

            assertThat(network.attempts)
                    .containsExactlyElementsOf(Arrays.stream(tried.split(" ", -1))
                            .map(address ->
                                    "0 " + InetAddress.ofLiteral(address).getHostAddress())
                            .toList());
        });
    }

    @Test
    void anAddressThatDoesNotAnswerHasAQuarterOfASecondToItself() throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().accepts("192.0.2.3", 10);
            RecordingProtocol protocol =
                    await(connect(connector(network, "192.0.2.1", "192.0.2.2", "192.0.2.3")));

            assertThat(network.attempts)
                    .containsExactly("0 192.0.2.1", "250 192.0.2.2", "500 192.0.2.3");
            assertThat(network.millis()).isEqualTo(510);
            assertThat(protocol.events).containsExactly("connectionMade");
            assertThat(protocol.transport().protocol()).isSameAs(protocol);
            assertThat(network.underWay).isZero();
        });
    }

    @Test
    void anAddressThatFailsIsFollowedByTheNextAtOnce() throws Exception {
        run(() -> {
            FakeNetwork network =
                    new FakeNetwork().refuses("192.0.2.1", 40).accepts("192.0.2.2", 10);
            await(connect(connector(network, "192.0.2.1", "192.0.2.2")));

            assertThat(network.attempts).containsExactly("0 192.0.2.1", "40 192.0.2.2");
            assertThat(network.millis()).isEqualTo(50);
        });
    }

    @Test
    void anEarlierAddressThatFailsStartsTheNextToo() throws Exception {
        run(() -> {
            FakeNetwork network =
                    new FakeNetwork().refuses("192.0.2.1", 300).accepts("192.0.2.3", 0);
            await(connect(connector(network, "192.0.2.1", "192.0.2.2", "192.0.2.3")));

            assertThat(network.attempts)
                    .containsExactly("0 192.0.2.1", "250 192.0.2.2", "300 192.0.2.3");
        });
    }

    /// The first address may still win when others have been tried.
    @Test
    void theFirstToConnectWinsWhicheverItIs() throws Exception {
        run(() -> {
            FakeNetwork network =
                    new FakeNetwork().accepts("192.0.2.1", 400).accepts("192.0.2.2", 400);
            RecordingProtocol protocol =
                    await(connect(connector(network, "192.0.2.1", "192.0.2.2")));

            assertThat(protocol.transport().remoteAddress())
                    .isEqualTo(new InetSocketAddress("192.0.2.1", 80));
            assertThat(network.millis()).isEqualTo(400);
            assertThat(network.transports).hasSize(1);
        });
    }

    @Test
    void withoutOverlapAnAddressIsTriedOnlyWhenTheOneBeforeHasFailed() throws Exception {
        run(() -> {
            FakeNetwork network =
                    new FakeNetwork().refuses("192.0.2.1", 5000).accepts("192.0.2.2", 0);
            await(connect(connector(network, "192.0.2.1", "192.0.2.2")
                    .withOptions(HostConnectOptions.defaults().withoutOverlap())));

            assertThat(network.attempts).containsExactly("0 192.0.2.1", "5000 192.0.2.2");
        });
    }

    @Test
    void theDelayBetweenAttemptsCanBeChosen() throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().accepts("192.0.2.2", 0);
            await(connect(connector(network, "192.0.2.1", "192.0.2.2")
                    .withOptions(
                            HostConnectOptions.defaults().withAttemptDelay(Duration.ofMillis(7)))));

            assertThat(network.attempts).containsExactly("0 192.0.2.1", "7 192.0.2.2");
        });
    }

    @Test
    void aSingleAddressIsConnectedToWithoutATaskOfItsOwn() throws Exception {
        run(() -> {
            int[] tasks = new int[1];
            FakeNetwork network = new FakeNetwork().accepts("192.0.2.1", 0);
            await(connector(network, "192.0.2.1").connect("somewhere", 80, () -> {
                tasks[0] = EventLoop.current().allTasks().size();
                return new RecordingProtocol();
            }));

            assertThat(tasks[0]).isEqualTo(1);
        });
    }

    // --- Names and families ---

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "2001:db8::1", "fe80::1%1"})
    void anAddressCarriesTheNameOfItsHostWhateverTheResolverSays(String address) throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().accepts(address, 0);
            RecordingProtocol connected = await(connect(connector(network, address)));
            var remote = (InetSocketAddress) connected.transport().remoteAddress();

            assertThat(remote.getHostString()).isEqualTo("somewhere");
            assertThat(remote.getAddress()).isEqualTo(InetAddress.ofLiteral(address));
            assertThat(remote.getAddress().getHostAddress())
                    .isEqualTo(InetAddress.ofLiteral(address).getHostAddress());
        });
    }

    @ParameterizedTest
    @CsvSource({
        "192.0.2.9, 192.0.2.9",
        "2001:db8::9, 2001:db8:0:0:0:0:0:9",
        "[2001:db8::9], 2001:db8:0:0:0:0:0:9",
        "[fe80::9%1], fe80:0:0:0:0:0:0:9%1",
    })
    void anAddressInPlaceOfANameIsNotLookedUp(String host, String address) throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().refuses(address, 0);
            HostConnector connector = new HostConnector(network, name -> () -> {
                throw new AssertionError("was asked for " + name);
            });

            assertThatThrownBy(() -> await(connector.connect(host, 80, RecordingProtocol::new)))
                    .hasMessageStartingWith("no entrance");
            assertThat(network.attempts).containsExactly("0 " + address);
        });
    }

    @ParameterizedTest
    @CsvSource({"IPV4, 192.0.2.1", "IPV6, 0:0:0:0:0:0:0:1"})
    void onlyTheChosenFamilyIsTried(HostConnectOptions.Family family, String tried)
            throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().refuses(tried, 0);
            HostConnector connector = connector(network, "192.0.2.1", "::1")
                    .withOptions(HostConnectOptions.defaults().withFamily(family));

            assertThatThrownBy(() -> await(connect(connector)))
                    .hasMessageStartingWith("no entrance");
            assertThat(network.attempts).containsExactly("0 " + tried);
        });
    }

    @Test
    void aHostWithoutAnAddressOfTheChosenFamilyIsUnknown() throws Exception {
        run(() -> {
            HostConnector connector = connector(new FakeNetwork(), "192.0.2.1", "192.0.2.2")
                    .withOptions(HostConnectOptions.defaults()
                            .withFamily(HostConnectOptions.Family.IPV6));

            assertThatThrownBy(() -> await(connect(connector)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage(
                            "somewhere: it has no address that is IPv6, only 192.0.2.1, 192.0.2.2");
        });
    }

    @Test
    void aHostForWhichTheResolverHasNothingIsUnknown() throws Exception {
        run(() -> assertThatThrownBy(() -> await(connect(connector(new FakeNetwork()))))
                .isInstanceOf(UnknownHostException.class)
                .hasMessage("somewhere: it has no address"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"no such name", "somewhere: no such name"})
    void anUnknownHostIsNamedEvenIfTheResolverDoesNot(String message) throws Exception {
        run(() -> {
            UnknownHostException unknown = new UnknownHostException(message);
            HostConnector connector = new HostConnector(new FakeNetwork(), _ -> () -> {
                throw unknown;
            });

            assertThatThrownBy(() -> await(connect(connector)))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("somewhere: no such name");
        });
    }

    @Test
    void aPortThatCannotBeIsRefusedAtOnce() throws Exception {
        run(() -> assertThatThrownBy(() -> connector(new FakeNetwork())
                        .connect("somewhere", 65_536, RecordingProtocol::new))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a port from 0 to 65535 but it is 65536"));
    }

    @Test
    void eachFamilyIsConnectedToFromItsOwnLocalAddress() throws Exception {
        InetSocketAddress ipv4 = new InetSocketAddress("192.0.2.200", 0);
        InetSocketAddress ipv6 = new InetSocketAddress("2001:db8::200", 0);
        run(() -> {
            FakeNetwork network = new FakeNetwork().refuses("192.0.2.1", 0).refuses("::1", 0);
            HostConnector connector = connector(network, "192.0.2.1", "::1")
                    .withOptions(HostConnectOptions.defaults()
                            .withLocalAddress(ipv6)
                            .withLocalAddress(ipv4));
            assertThatThrownBy(() -> await(connect(connector))).isInstanceOf(IOException.class);

            assertThat(network.options)
                    .extracting(ConnectOptions::localAddress)
                    .containsExactly(ipv4, ipv6);
        });
    }

    @Test
    void aLocalAddressOfOneFamilyKeepsTheOtherFromBeingUsed() throws Exception {
        run(() -> {
            FakeNetwork network = new FakeNetwork().refuses("192.0.2.1", 0);
            HostConnector connector = connector(network, "::1", "192.0.2.1")
                    .withOptions(HostConnectOptions.defaults()
                            .withLocalAddress(new InetSocketAddress("192.0.2.200", 0)));

            assertThatThrownBy(() -> await(connect(connector)))
                    .hasMessageStartingWith("no entrance");
            assertThat(network.attempts).containsExactly("0 192.0.2.1");
        });
    }

    // --- What it fails with ---

    @Test
    void theFailureOfASingleAddressIsItsOwn() throws Exception {
        IOException failure = new IOException("no");
        run(() -> {
            FakeNetwork network = new FakeNetwork().fails("192.0.2.1", 3, failure);

            assertThatThrownBy(() -> await(connect(connector(network, "192.0.2.1"))))
                    .isSameAs(failure);
        });
    }

    @Test
    void theFailureOfSeveralSaysWhyForEach() throws Exception {
        IOException first = new IOException("cannot connect to 192.0.2.1:80: Connection refused");
        IOException second = new IOException("Network unreachable");
        run(() -> {
            FakeNetwork network =
                    new FakeNetwork().fails("192.0.2.1", 3, first).fails("::1", 0, second);
            ConnectFailedException failure = catchThrowableOfType(
                    ConnectFailedException.class,
                    () -> await(connect(connector(network, "192.0.2.1", "::1"))));

            assertThat(failure)
                    .hasMessage("cannot connect to somewhere:80: 192.0.2.1:80: Connection refused; "
                            + "[0:0:0:0:0:0:0:1]:80: Network unreachable");
            assertThat(failure.getSuppressed()).containsExactly(first, second);
            assertThat(failure.attempts())
                    .extracting(ConnectFailedException.Attempt::failure)
                    .containsExactly(first, second);
        });
    }

    @Test
    void optionsRefuseWhatMakesNoSense() {
        HostConnectOptions options = HostConnectOptions.defaults();

        assertThatThrownBy(() -> options.withAttemptDelay(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected an attempt delay of more than zero, or none, but it is PT0S");
        assertThatThrownBy(
                        () -> options.withLocalAddress(InetSocketAddress.createUnresolved("me", 0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("expected a resolved local address but got me");
    }
}
