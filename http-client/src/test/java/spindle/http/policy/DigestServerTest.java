package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.http.policy.Requests.statusOf;

import io.undertow.Undertow;
import io.undertow.security.api.AuthenticationMechanism;
import io.undertow.security.api.AuthenticationMode;
import io.undertow.security.handlers.AuthenticationCallHandler;
import io.undertow.security.handlers.AuthenticationConstraintHandler;
import io.undertow.security.handlers.AuthenticationMechanismsHandler;
import io.undertow.security.handlers.SecurityInitialHandler;
import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.DigestAlgorithm;
import io.undertow.security.idm.DigestCredential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.impl.DigestAuthenticationMechanism;
import io.undertow.security.impl.DigestQop;
import io.undertow.security.impl.SimpleNonceManager;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.ClientSession;
import spindle.http.auth.Login;
import spindle.http.body.RequestBody;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.Principal;
import java.time.Duration;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// [DigestAuthentication] before a server that somebody else wrote: Undertow's.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class DigestServerTest {
    private static final Login MUFASA = new Login("Mufasa", "Circle of Life");

    private final CoroutineEngine engine;

    DigestServerTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    @Test
    void isLetIn() throws Exception {
        run(MUFASA, (server, session) -> {
            assertThat(statusOf(session, ClientRequest.get(server.url("/a?b=c%20d"))))
                    .isEqualTo(200);
            assertThat(statusOf(session, ClientRequest.get(server.url("/b")))).isEqualTo(200);
            assertThat(server.requests()).as("requests, one of them challenged").isEqualTo(3);
        });
    }

    @Test
    void isNotLetInWithAnotherPassword() throws Exception {
        run(new Login("Mufasa", "Circle of Death"), (server, session) -> {
            assertThat(statusOf(session, ClientRequest.get(server.url("/")))).isEqualTo(401);
            assertThat(server.requests()).isEqualTo(2);
        });
    }

    @Test
    void bodiesAreLetInTwice() throws Exception {
        run(MUFASA, (server, session) -> {
            ClientRequest post = ClientRequest.post(server.url("/"))
                    .withBody(RequestBody.text("words ".repeat(10_000)));

            assertThat(statusOf(session, post)).isEqualTo(200);
            assertThat(statusOf(session, post.withBody(Requests.stream("once"))))
                    .isEqualTo(200);
        });
    }

    /// It wants each nonce count to be higher than those before, so that none may overtake another:
    /// they share one connection.
    @Test
    void manyAtOnceAreLetIn() throws Exception {
        run(MUFASA, (server, session) -> {
            Coroutine<Integer> request =
                    () -> statusOf(session, ClientRequest.get(server.url("/")));

            List<Integer> statuses = await(gather(Collections.nCopies(20, request)));

            assertThat(statuses).containsOnly(200);
        });
    }

    // --- For use in tests ---

    private interface Body {
        void run(GuardedServer server, ClientSession session) throws Exception;
    }

    private void run(Login login, Body test) throws Exception {
        Async.run(
                EventLoop.builder().engine(engine), Async.failAfter(Duration.ofSeconds(15), () -> {
                    try (GuardedServer server = GuardedServer.start();
                            ClientSession session = ClientSession.open(ClientOptions.defaults()
                                    .withLimit(1)
                                    .withMiddleware(
                                            DigestAuthentication.of(server.url(""), login)))) {
                        test.run(server, session);
                        assertThat(session.connectionsInUse()).isZero();
                    }
                }));
    }

    /// A server that says `hello` to Mufasa alone.
    private static final class GuardedServer implements AutoCloseable {
        private final AtomicInteger requests = new AtomicInteger();
        private final Undertow server;

        private GuardedServer() {
            // Its log would go elsewhere, and be long.
            System.setProperty("org.jboss.logging.provider", "slf4j");
            server = Undertow.builder()
                    .setIoThreads(1)
                    .setWorkerThreads(2)
                    .addHttpListener(0, "127.0.0.1", guarded(GuardedServer::answer))
                    .build();
        }

        static GuardedServer start() {
            GuardedServer started = new GuardedServer();
            started.server.start();
            return started;
        }

        private HttpHandler guarded(HttpHandler handler) {
            AuthenticationMechanism digest = new DigestAuthenticationMechanism(
                    List.of(DigestAlgorithm.MD5),
                    List.of(DigestQop.AUTH),
                    "lions",
                    "/",
                    new SimpleNonceManager());
            HttpHandler called = new AuthenticationCallHandler(handler);
            HttpHandler constrained = new AuthenticationConstraintHandler(called);
            HttpHandler offering =
                    new AuthenticationMechanismsHandler(constrained, List.of(digest));
            HttpHandler initial = new SecurityInitialHandler(
                    AuthenticationMode.PRO_ACTIVE, new Pride(), offering);
            return exchange -> {
                requests.incrementAndGet();
                initial.handleRequest(exchange);
            };
        }

        private static void answer(HttpServerExchange exchange) {
            exchange.getRequestReceiver()
                    .receiveFullBytes(
                            (answered, _) -> answered.getResponseSender().send("hello"));
        }

        String url(String target) {
            InetSocketAddress address =
                    (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
            return "http://127.0.0.1:" + address.getPort() + target;
        }

        int requests() {
            return requests.get();
        }

        @Override
        public void close() {
            server.stop();
        }
    }

    /// Those whom the server knows.
    private static final class Pride implements IdentityManager {
        private static final Account KING = new Account() {
            @Override
            public Principal getPrincipal() {
                return () -> "Mufasa";
            }

            @Override
            public Set<String> getRoles() {
                return Set.of();
            }
        };

        @Override
        public Account verify(Account account) {
            return account;
        }

        @Override
        public @Nullable Account verify(Credential credential) {
            return null;
        }

        @Override
        public @Nullable Account verify(String id, Credential credential) {
            if (!id.equals("Mufasa") || !(credential instanceof DigestCredential digest)) {
                return null;
            }
            try {
                byte[] hash = MessageDigest.getInstance("MD5")
                        .digest("Mufasa:lions:Circle of Life".getBytes(StandardCharsets.US_ASCII));
                return digest.verifyHA1(
                                HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII))
                        ? KING
                        : null;
            } catch (Exception failure) {
                throw new AssertionError(failure);
            }
        }
    }
}
