package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.http.ClientRun.failureOf;
import static spindle.http.ClientRun.fetch;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.body.RequestBody;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Connections to servers that others wrote: how many there are, and how they end.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RealConnectionsTest {
    private static final int REQUESTS = 1000;
    private static final int AT_A_TIME = 50;

    /// Far more than so many requests take on a machine that has nothing else to do.
    private static final Duration MANY_TAKE = Duration.ofSeconds(50);

    @TempDir
    private static Path folder;

    private static RunningServers servers;

    private final ClientRun client;

    RealConnectionsTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @BeforeAll
    static void prepare() {
        servers = new RunningServers(folder);
    }

    @AfterAll
    static void stop() throws Exception {
        servers.close();
    }

    @ParameterizedTest
    @EnumSource
    void oneConnectionCarriesAnswersOfEveryKind(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(RunningServers.options())) {
                for (int i = 0; i < 3; i++) {
                    for (String path : List.of("/small", "/chunked", "/missing", "/gzip")) {
                        fetch(session, server.url(path));
                    }
                    await(await(session.head(server.url("/large"))).discard());
                    RequestBody body = RequestBody.text("hello");
                    await(await(session.post(server.url("/echo"), body)).discard());
                }

                assertThat(session.connectionsIdle()).isEqualTo(1);
            }
        });

        assertThat(server.clients()).hasSize(1);
    }

    @ParameterizedTest
    @EnumSource
    void aServerThatSaysCloseIsAskedOnANewConnection(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(RunningServers.options())) {
                assertThat(fetch(session, server.url("/last"))).isEqualTo("hello");
                assertThat(session.connectionsIdle()).isZero();
                assertThat(fetch(session, server.url("/last"))).isEqualTo("hello");
            }
        });

        assertThat(server.clients()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void aRequestThatSaysCloseIsTheLastOnItsConnection(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(RunningServers.options())) {
                ClientRequest request =
                        ClientRequest.get(server.url("/small")).withHeader("Connection", "close");
                await(await(session.send(request)).discard());

                assertThat(session.connectionsIdle()).isZero();
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void aThousandRequestsAreAnsweredFiftyAtATime(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        ClientOptions options =
                RunningServers.options().withLimit(AT_A_TIME).withTotalTimeout(MANY_TAKE);
        client.runInLoop(MANY_TAKE, () -> {
            try (ClientSession session = ClientSession.open(options)) {
                List<Coroutine<String>> requests = new ArrayList<>();
                for (int i = 0; i < REQUESTS; i++) {
                    requests.add(() -> fetch(session, server.url("/small")));
                }

                assertThat(await(gather(requests))).hasSize(REQUESTS).containsOnly("hello");
            }
        });

        assertThat(server.clients()).hasSizeLessThanOrEqualTo(AT_A_TIME);
    }

    /// The answer comes while the request is still being sent, and the server reads no more.
    @ParameterizedTest
    @EnumSource
    void aRefusalIsHeardWhileTheBodyIsBeingSent(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(RunningServers.options())) {
                RequestBody body = RequestBody.of(new byte[16 * 1024 * 1024]);
                try (ClientResponse response = await(session.post(server.url("/refuse"), body))) {
                    assertThat(response.status()).isEqualTo(413);
                    assertThat(await(response.text())).isEqualTo("hello");
                }
                assertThat(fetch(session, server.url("/small"))).isEqualTo("hello");
            }
        });
    }

    /// The JDK's server goes on waiting for the end of a line.
    @ParameterizedTest
    @EnumSource(names = {"JETTY", "UNDERTOW"})
    void aPlainServerThatIsAskedForTlsIsAFailureOfTls(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(RunningServers.options())) {
                String url = server.url("/small").replace("http:", "https:");

                assertThat(failureOf(session, url).kind()).isEqualTo(Kind.TLS);
                assertThat(session.connectionsInUse()).isZero();
            }
        });
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.MATCH_ANY, names = ".*_TLS")
    void aServerThatNobodyVouchedForIsAFailureOfTls(RealServer kind) throws Exception {
        RealServer.Running server = servers.get(kind);
        client.runInLoop(() -> {
            try (ClientSession session = ClientSession.open(ClientRun.options())) {
                assertThat(failureOf(session, server.url("/small")).kind()).isEqualTo(Kind.TLS);
            }
        });

        assertThat(server.clients()).isEmpty();
    }
}
