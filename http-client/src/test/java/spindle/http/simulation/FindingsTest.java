package spindle.http.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;

import org.junit.jupiter.api.Timeout;

import spindle.EventLoop;
import spindle.http.ClientException;
import spindle.http.ClientException.Kind;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;
import spindle.http.body.RequestBody;
import spindle.http.policy.Retry;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;
import spindle.testing.LoopTest;
import spindle.testing.NetworkConditions;
import spindle.testing.ReadSizes;
import spindle.testing.SimulatedNetwork;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.function.Consumer;

/// What simulations have found, each as small as it can be.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FindingsTest {
    private static final InetSocketAddress ADDRESS = new InetSocketAddress("192.0.2.1", 80);
    private static final String URL = "http://192.0.2.1/";
    private static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    /// Its request was written to a transport that was closed, and waited for ever.
    @LoopTest
    void aServerThatSpeaksBeforeItIsAskedIsNotWaitedFor() throws Exception {
        Kind kind = failureOfGreeting(transport -> transport.write(Payloads.wrap("220 hello\r\n")));

        assertThat(kind).isEqualTo(Kind.MALFORMED);
    }

    @LoopTest
    void aServerThatClosesBeforeItIsAskedIsNotWaitedFor() throws Exception {
        Kind kind = failureOfGreeting(Transport::close);

        assertThat(kind).isEqualTo(Kind.DISCONNECTED);
    }

    /// The greeting is there as soon as the connection is, and before its request's task goes on:
    /// the race of addresses takes a few turns to end.
    private static Kind failureOfGreeting(Consumer<Transport> greeting) throws Exception {
        SimulatedNetwork network = SimulatedNetwork.open();
        try (Server _ = network.listen(ADDRESS, () -> new Protocol() {
                    @Override
                    public void connectionMade(Transport transport) {
                        greeting.accept(transport);
                    }
                });
                ClientSession session = ClientSession.open(ClientOptions.defaults()
                        .withNetwork(network)
                        .withTotalTimeout(Duration.ZERO))) {
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(session.get(URL)));

            assertThat(EventLoop.current().time()).as("time it took").isZero();
            assertThat(session.connectionsInUse()).isZero();
            return failure.kind();
        }
    }

    /// It went back to the pool, and the next request was read as the body.
    @LoopTest
    void aConnectionWhoseServerDidNotWaitForTheBodyIsNotUsedAgain() throws Exception {
        SimulatedNetwork network = SimulatedNetwork.open();
        try (Server _ = network.listen(ADDRESS, Scripted::new);
                ClientSession session =
                        ClientSession.open(ClientOptions.defaults().withNetwork(network))) {
            ClientRequest request = ClientRequest.post(URL)
                    .withBody(RequestBody.text("a body"))
                    .withExpectContinue();
            try (ClientResponse response = await(session.send(request))) {
                assertThat(await(response.text())).isEqualTo("ok");
            }

            assertThat(session.connectionsIdle()).isZero();
        }
    }

    /// It slept for as long as the server had asked for, and then noticed. What there is no time to
    /// wait for is not waited for at all.
    @LoopTest
    void aRetryDoesNotWaitBeyondTheTotal() throws Exception {
        SimulatedNetwork network =
                SimulatedNetwork.open(NetworkConditions.ideal().withReads(ReadSizes.WHOLE), 0);
        ClientOptions options = ClientOptions.defaults()
                .withNetwork(network)
                .withTotalTimeout(Duration.ofSeconds(1))
                .withMiddleware(Retry.upTo(2));
        try (Server _ = network.listen(
                        ADDRESS,
                        () -> new Scripted(
                                "HTTP/1.1 503 x\r\nRetry-After: 20\r\nContent-Length: 0\r\n\r\n"));
                ClientSession session = ClientSession.open(options)) {
            try (ClientResponse response = await(session.get(URL))) {
                assertThat(response.status()).isEqualTo(503);
            }

            assertThat(EventLoop.current().time())
                    .isLessThan(Duration.ofMillis(100).toNanos());
        }
    }

    /// Answers as soon as the first bytes of a request come.
    private static final class Scripted implements Protocol {
        private final String answer;
        private Transport transport;

        Scripted() {
            this(OK);
        }

        Scripted(String answer) {
            this.answer = answer;
        }

        @Override
        public void connectionMade(Transport made) {
            transport = made;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            transport.write(Payloads.wrap(answer));
        }
    }
}
