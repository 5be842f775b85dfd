package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;
import static spindle.http.ClientRun.fetch;
import static spindle.http.ClientRun.until;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import program.Forgetful;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;
import spindle.Task;
import spindle.http.ClientException.Kind;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// What a session says about what was forgotten when it is closed, and from where it can be.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class SessionEndTest {
    private static final String FORGOTTEN =
            "a response was never closed nor read to its end: open" + " it in a try-with-resources";

    private final CoroutineEngine engine;

    SessionEndTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    // --- Forgotten responses ---

    @Test
    void aResponseThatWasForgottenIsReportedWithWhereItWasOpened() throws Exception {
        List<ExceptionHandler.Context> reports = reportsOf(true, (server, session) -> {
            ClientResponse response = Forgetful.open(session, server.url("/half"));
            assertThat(response.status()).isEqualTo(200);
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().message())
                .startsWith(FORGOTTEN + ", opened\n\tat program.Forgetful.open(Forgetful.java:")
                .doesNotContain("spindle.http.ClientSession");
        assertThat(reports.getFirst().toString()).contains("<ClientResponse 200 OK http://");
    }

    @Test
    void withoutDebugModeItIsReportedWithoutThat() throws Exception {
        List<ExceptionHandler.Context> reports = reportsOf(false, (server, session) -> {
            ClientResponse response = Forgetful.open(session, server.url("/half"));
            assertThat(response.status()).isEqualTo(200);
        });

        assertThat(reports)
                .extracting(ExceptionHandler.Context::message)
                .containsExactly(FORGOTTEN);
    }

    /// A task of its own for a request alone has no frame of the program.
    @Test
    void aResponseThatWasOpenedNowhereIsReportedWithoutThat() throws Exception {
        List<ExceptionHandler.Context> reports = reportsOf(true, (server, session) -> {
            ClientResponse response = await(createTask(session.get(server.url("/half"))));
            assertThat(response.status()).isEqualTo(200);
        });

        assertThat(reports).hasSize(1);
        assertThat(reports.getFirst().message()).startsWith(FORGOTTEN).doesNotEndWith("opened");
    }

    @Test
    void whatWasClosedOrReadOrIsBeingReadIsNotReported() throws Exception {
        List<ExceptionHandler.Context> reports = reportsOf(true, (server, session) -> {
            Forgetful.open(session, server.url("/half")).close();
            ClientResponse whole = Forgetful.open(session, server.url("/probe?hello"));
            await(whole.read());
            ClientResponse unread = Forgetful.open(session, server.url("/probe?hello"));
            until(() -> session.connectionsInUse() == 0);
            ClientResponse half = Forgetful.open(session, server.url("/half"));
            Task<ClientException> reader = createTask(
                    () -> catchThrowableOfType(ClientException.class, () -> await(half.read())));
            yieldNow();
            session.close();

            assertThat(await(reader).kind()).isEqualTo(Kind.CLOSED);
            assertThat(await(unread.text())).isEqualTo("hello");
        });

        assertThat(reports).isEmpty();
    }

    @Test
    void oneThatWasForgottenFailsWhoeverRemembersIt() throws Exception {
        List<ExceptionHandler.Context> reports = reportsOf(true, (server, session) -> {
            ClientResponse response = Forgetful.open(session, server.url("/half"));
            session.close();
            ClientException failure =
                    catchThrowableOfType(ClientException.class, () -> await(response.read()));

            assertThat(failure).isNotNull();
            assertThat(failure.kind()).isEqualTo(Kind.CLOSED);
            assertThat(failure).hasMessageEndingWith("the session was closed");
            assertThat(failure.partialBody().map(String::new)).contains("hello");
            response.close();
            session.close();
        });

        assertThat(reports).hasSize(1);
    }

    // --- From where ---

    /// There is nobody who could wait for the connections to end.
    @ParameterizedTest
    @EnumSource(Place.class)
    void canBeClosedFromAnywhereOnItsLoop(Place place) throws Exception {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        try (EventLoop loop = EventLoop.builder()
                .engine(engine)
                .exceptionHandler(reports::add)
                .open()) {
            CountDownLatch closed = new CountDownLatch(1);
            Opened opened = loop.runUntilComplete(() -> open(closed));
            place.close(loop, opened.session);
            loop.runUntilComplete(() -> {
                until(() -> closed.getCount() == 0 && opened.asking.isDone());
                assertThat(await(opened.asking).kind()).isEqualTo(Kind.CLOSED);
                assertThat(opened.session).hasToString("<ClientSession closed inUse=0 idle=0>");
                opened.server.close();
            });
        }

        assertThat(reports).isEmpty();
    }

    /// Where a session is closed from.
    enum Place {
        A_TASK {
            @Override
            void close(EventLoop loop, ClientSession session) throws Exception {
                loop.runUntilComplete(session::close);
            }
        },
        A_CALLBACK {
            @Override
            void close(EventLoop loop, ClientSession session) throws Exception {
                loop.runUntilComplete(() -> {
                    loop.callSoon(session::close);
                    yieldNow();
                });
            }
        },
        OUTSIDE_OF_THE_LOOP {
            @Override
            void close(EventLoop loop, ClientSession session) {
                session.close();
            }
        };

        abstract void close(EventLoop loop, ClientSession session) throws Exception;
    }

    /// A session with an idle connection and a request under way.
    private record Opened(
            ScriptedServer server, ClientSession session, Task<ClientException> asking) {}

    private static Opened open(CountDownLatch closed) throws Exception {
        ScriptedServer server = ScriptedServer.open();
        server.on("/slow", peer -> {
            peer.letTheLoopLook();
            peer.respond("");
            peer.awaitClose();
            closed.countDown();
        });
        server.on("/asked", Conversation::awaitClose);
        ClientSession session = ClientSession.open(ClientRun.options());
        Task<String> slow = createTask(() -> fetch(session, server.url("/slow")));
        Task<ClientException> asking =
                createTask(() -> ClientRun.failureOf(session, server.url("/asked")));
        await(slow);
        until(() -> server.targets().contains("/asked"));
        return new Opened(server, session, asking);
    }

    /// Returns what is reported while that runs, and the session is closed.
    private List<ExceptionHandler.Context> reportsOf(boolean debug, ClientRun.Body test)
            throws Exception {
        List<ExceptionHandler.Context> reports = new ArrayList<>();
        EventLoop.Builder builder =
                EventLoop.builder().engine(engine).debug(debug).exceptionHandler(reports::add);
        Async.run(builder, () -> {
            try (ScriptedServer server = ScriptedServer.open();
                    ClientSession session = ClientSession.open(ClientRun.options())) {
                server.on("/half", peer -> {
                    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello");
                    peer.awaitClose();
                });
                test.run(server, session);
            }
        });
        // A test does more at once than a program should.
        reports.removeIf(report -> report.message().contains("slow"));
        return reports;
    }
}
