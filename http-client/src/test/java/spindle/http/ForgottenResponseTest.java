package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.options;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;
import spindle.sync.Event;

import java.util.ArrayList;
import java.util.List;

/// Responses that a middleware has got, and neither returned nor closed: each kept its connection
/// until the total timeout.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ForgottenResponseTest {
    private final ClientRun client;

    ForgottenResponseTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// Sends a head, and never the end of its body.
    private static void begin(Conversation peer) throws Exception {
        peer.send("HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nhello");
        peer.awaitClose();
    }

    /// Asks twice, and returns the second answer only.
    private static final Middleware ASKING_TWICE = (request, next) -> {
        ClientResponse _ = next.send(request);
        return next.send(request);
    };

    private static final Middleware FAILING = (request, next) -> {
        ClientResponse response = next.send(request);
        throw new IllegalStateException("status " + response.status());
    };

    @Test
    void oneOfAMiddlewareThatFailsIsOverAtOnce() throws Exception {
        client.run(options().withLimit(1).withMiddleware(FAILING), (server, session) -> {
            server.on("/", ForgottenResponseTest::begin);

            assertThatThrownBy(() -> fetch(session, server.url("/"))).hasMessage("status 200");
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @Test
    void itIsOverWithoutATotalTimeoutToo() throws Exception {
        ClientOptions options =
                ClientOptions.defaults().withTimeout(ClientTimeout.none()).withMiddleware(FAILING);
        client.run(options, (server, session) -> {
            server.on("/", ForgottenResponseTest::begin);

            assertThatThrownBy(() -> fetch(session, server.url("/"))).hasMessage("status 200");
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @Test
    void oneOfAMiddlewareThatIsCancelledIsOverAtOnce() throws Exception {
        ClientResponse[] got = new ClientResponse[1];
        Middleware waiting = (request, next) -> {
            ClientResponse response = next.send(request);
            got[0] = response;
            await(new Event().waitUntilSet());
            return response;
        };
        client.run(options().withMiddleware(waiting), (server, session) -> {
            server.on("/", ForgottenResponseTest::begin);
            Task<String> task = createTask(() -> fetch(session, server.url("/")));
            until(() -> got[0] != null);
            task.cancel();

            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
            assertThat(session.connectionsInUse()).isZero();
        });
    }

    @Test
    void theFirstOfTwoIsClosedWhenTheSecondIsReturned() throws Exception {
        client.run(options().withMiddleware(ASKING_TWICE), (server, session) -> {
            server.on("/", peer -> {
                if (server.requests().size() == 1) {
                    begin(peer);
                } else {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nseco");
                    peer.letTheLoopLook();
                    peer.send("nd");
                }
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(session.connectionsInUse()).isEqualTo(1);
                assertThat(await(response.text())).isEqualTo("second");
            }
        });
    }

    @Test
    void oneOfAHopIsClosedBeforeTheNext() throws Exception {
        List<Integer> inUse = new ArrayList<>();
        client.run(options(), (server, session) -> {
            Middleware counting = (request, next) -> {
                inUse.add(session.connectionsInUse());
                return ASKING_TWICE.handle(request, next);
            };
            server.on("/from", peer -> {
                if (server.requests().size() == 1) {
                    begin(peer);
                } else {
                    peer.redirect(302, "/to");
                }
            });
            server.on("/to", peer -> peer.respond("there"));
            ClientRequest request =
                    ClientRequest.get(server.url("/from")).withMiddlewares(List.of(counting));

            assertThat(fetch(session, request)).isEqualTo("there");
            assertThat(inUse).containsExactly(0, 0);
        });
    }
}
