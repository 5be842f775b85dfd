package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.Async;
import spindle.AsyncIterator;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.http.ClientException.Kind;
import spindle.http.body.RequestBody;
import spindle.http.proxy.Proxy;
import spindle.http.proxy.ProxyChooser;
import spindle.sync.Event;

import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.util.Optional;

/// What is over when the closing of a session has returned: everything. On a [ManualNetwork], where
/// nobody ever answers.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SessionFarewellTest {
    private static final String URL = "http://192.0.2.1/";
    private static final int TURNS = 12;

    private final ClientRun client;

    SessionFarewellTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    private static ClientSession open(ManualNetwork network) {
        return ClientSession.open(ClientRun.options().withNetwork(network));
    }

    /// The closing returned while they still had their sockets.
    @ParameterizedTest
    @CsvSource({
        "http://192.0.2.1/,",
        "https://192.0.2.1/,",
        "https://192.0.2.1/, http://192.0.2.9",
        "https://192.0.2.1/, https://192.0.2.9",
        "http://192.0.2.1/, https://192.0.2.9"
    })
    void aRequestIsOverWhateverItWaitsFor(String url, String proxy) throws Exception {
        client.runInLoop(() -> {
            ManualNetwork network = new ManualNetwork(() -> 1, _ -> {});
            ClientOptions options = ClientRun.options().withNetwork(network);
            ClientSession session = ClientSession.open(
                    proxy == null
                            ? options
                            : options.withProxies(ProxyChooser.always(Proxy.of(proxy))));
            Task<ClientException> request = createTask(() -> failureOf(session, url));
            until(() -> network.writes() > 0);
            session.close();

            assertThat(network.unfinished()).as("transports").isZero();
            assertThat(request.isDone()).as("the request has ended").isTrue();
            assertThat(await(request).kind()).isEqualTo(Kind.CLOSED);
        });
    }

    /// A connection that was there in the very turn left its request cancelled, by nobody.
    @ParameterizedTest
    @ValueSource(strings = {URL, "https://192.0.2.1/"})
    void aRequestIsOverInWhateverTurnOfConnectingItIs(String url) throws Exception {
        client.runInLoop(() -> {
            for (int turns = 0; turns < TURNS; turns++) {
                ManualNetwork network = new ManualNetwork(() -> TURNS / 2, _ -> {});
                ClientSession session = open(network);
                Task<Integer> request = createTask(() -> {
                    assertThat(failureOf(session, url).kind()).isEqualTo(Kind.CLOSED);
                    return Async.currentTask().cancelling();
                });
                for (int i = 0; i <= turns; i++) {
                    yieldNow();
                }
                session.close();

                assertThat(network.unfinished())
                        .as("transports, turn %d", turns)
                        .isZero();
                assertThat(request.isDone())
                        .as("the request has ended, turn %d", turns)
                        .isTrue();
                assertThat(await(request))
                        .as("requests to cancel, turn %d", turns)
                        .isZero();
            }
        });
    }

    @Test
    void aFailureToConnectInTheVeryTurnLeavesNoRequestToCancel() throws Exception {
        client.runInLoop(() -> {
            ClientSession[] session = new ClientSession[1];
            session[0] = open(new ManualNetwork(() -> 1, _ -> {
                session[0].close();
                throw new ConnectException("no");
            }));
            Task<Integer> request = createTask(() -> {
                assertThat(failureOf(session[0], URL).kind()).isEqualTo(Kind.CLOSED);
                return Async.currentTask().cancelling();
            });

            assertThat(await(request)).isZero();
        });
    }

    /// It goes on until it has cleaned up, and the closing did not wait for that.
    @Test
    void aBodyThatIsBeingSentHasCleanedUp() throws Exception {
        client.runInLoop(() -> {
            ManualNetwork network = new ManualNetwork(() -> 1, _ -> {});
            ClientSession session = open(network);
            boolean[] clean = new boolean[1];
            AsyncIterator<ByteBuffer> pieces = () -> () -> {
                try {
                    await(new Event().waitUntilSet());
                    throw new AssertionError("nobody sets it");
                } finally {
                    for (int i = 0; i < TURNS; i++) {
                        yieldNow();
                    }
                    clean[0] = true;
                }
            };
            Task<ClientException> request =
                    createTask(() -> failureOf(session.post(URL, RequestBody.stream(pieces))));
            until(() -> network.writes() > 0);
            session.close();

            assertThat(clean[0]).as("the body has cleaned up").isTrue();
            assertThat(await(request).kind()).isEqualTo(Kind.CLOSED);
        });
    }

    /// It would wait for itself.
    @Test
    void aListenerThatClosesTheSessionWhileItConnectsWaitsForNobody() throws Exception {
        client.runInLoop(() -> {
            ManualNetwork network = new ManualNetwork(() -> 1, _ -> {});
            ClientSession[] session = new ClientSession[1];
            session[0] = ClientSession.open(ClientRun.options()
                    .withNetwork(network)
                    .withListener(event -> {
                        if (event instanceof ClientEvent.Connecting) {
                            session[0].close();
                        }
                    }));
            Task<ClientException> request = createTask(() -> failureOf(session[0], URL));
            int turns = 0;
            while (!request.isDone()) {
                yieldNow();
                turns++;
            }

            assertThat(turns).isLessThan(TURNS);
            assertThat(await(request).kind()).isEqualTo(Kind.CLOSED);
            assertThat(network.unfinished()).isZero();
        });
    }

    @Test
    void aBodyThatClosesTheSessionWaitsForNobody() throws Exception {
        client.runInLoop(() -> {
            ManualNetwork network = new ManualNetwork(() -> 1, _ -> {});
            ClientSession session = open(network);
            AsyncIterator<ByteBuffer> pieces = () -> () -> {
                yieldNow();
                session.close();
                return Optional.empty();
            };
            Task<ClientException> request =
                    createTask(() -> failureOf(session.post(URL, RequestBody.stream(pieces))));

            assertThat(await(request).kind()).isEqualTo(Kind.CLOSED);
            assertThat(network.unfinished()).isZero();
        });
    }
}
