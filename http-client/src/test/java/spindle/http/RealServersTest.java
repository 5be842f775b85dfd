package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.gather;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;

import java.util.ArrayList;
import java.util.List;

/// The client and servers that others wrote understand each other.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class RealServersTest {
    private final ClientRun client;

    RealServersTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    @ParameterizedTest
    @EnumSource
    void answersOfEveryKindComeOverOneConnection(RealServer kind) throws Exception {
        try (RealServer.Running server = kind.start()) {
            client.runInLoop(() -> {
                try (ClientSession session = ClientSession.open(ClientRun.options())) {
                    for (int i = 0; i < 3; i++) {
                        get(session, server, "/small", "Content-Length", "5");
                        get(session, server, "/large", "Content-Length", "1048576");
                        get(session, server, "/chunked", "Transfer-Encoding", "chunked");
                        getMissing(session, server);
                    }

                    assertThat(session.connectionsIdle()).isEqualTo(1);
                }
            });

            assertThat(server.clients()).hasSize(1);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aHundredRequestsAtOnceAreAnswered(RealServer kind) throws Exception {
        try (RealServer.Running server = kind.start()) {
            client.runInLoop(() -> {
                try (ClientSession session =
                        ClientSession.open(ClientRun.options().withLimit(10))) {
                    List<Coroutine<String>> requests = new ArrayList<>();
                    for (int i = 0; i < 100; i++) {
                        requests.add(() -> ClientRun.fetch(session, server.url("/small")));
                    }

                    assertThat(await(gather(requests))).hasSize(100).containsOnly("hello");
                }
            });

            assertThat(server.clients()).hasSizeLessThanOrEqualTo(10);
        }
    }

    private static void get(
            ClientSession session,
            RealServer.Running server,
            String path,
            String field,
            String value)
            throws Exception {
        try (ClientResponse response = await(session.get(server.url(path)))) {
            assertThat(response.status()).isEqualTo(200);
            assertThat(response.headers().first(field)).contains(value);
            assertThat(await(response.read())).isEqualTo(RealServer.bodyOf(path));
        }
    }

    private static void getMissing(ClientSession session, RealServer.Running server)
            throws Exception {
        try (ClientResponse response = await(session.get(server.url("/missing")))) {
            assertThat(response.status()).isEqualTo(404);
            assertThat(await(response.read())).isNotNull();
        }
    }
}
