package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.ExceptionHandler;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/// Runs one test of the client: a loop, a [ScriptedServer] and a session, within a deadline.
///
/// Whatever the test did, at its end no connection is in use and nothing was reported.
final class ClientRun {
    /// Longer than any request may take, shorter than JUnit waits.
    private static final Duration DEADLINE = Duration.ofSeconds(15);

    private static final AtomicInteger nextProbe = new AtomicInteger(1);

    /// A test, in the loop.
    interface Body {
        void run(ScriptedServer server, ClientSession session) throws Exception;
    }

    /// Starts the server of a test, in the loop.
    interface Opening {
        ScriptedServer open() throws Exception;
    }

    private final CoroutineEngine engine;
    private final List<ExceptionHandler.Context> reports = new CopyOnWriteArrayList<>();

    ClientRun(CoroutineEngine engine) {
        this.engine = engine;
    }

    /// A request that takes longer than this hangs.
    static ClientOptions options() {
        return ClientOptions.defaults().withTotalTimeout(Duration.ofSeconds(5));
    }

    void run(Body test) throws Exception {
        run(options(), test);
    }

    void run(ClientOptions options, Body test) throws Exception {
        run(options, ScriptedServer::open, test);
    }

    void run(ClientOptions options, Opening opening, Body test) throws Exception {
        runInLoop(() -> {
            try (ScriptedServer server = opening.open();
                    ClientSession session = ClientSession.open(options)) {
                test.run(server, session);
                assertThat(session.connectionsInUse()).as("connections in use").isZero();
                assertThat(server.failures()).as("failures of scripts").isEmpty();
            }
        });
    }

    /// Runs a test that opens its own sessions.
    void runInLoop(Coroutine.Action test) throws Exception {
        runInLoop(DEADLINE, test);
    }

    /// Runs a test that may take as long as is said.
    void runInLoop(Duration deadline, Coroutine.Action test) throws Exception {
        assertThat(reportsOf(deadline, test)).as("reports").isEmpty();
    }

    /// Runs a test that makes the loop report something, and returns what that was.
    List<ExceptionHandler.Context> reportsOf(Coroutine.Action test) throws Exception {
        return reportsOf(DEADLINE, test);
    }

    private List<ExceptionHandler.Context> reportsOf(Duration deadline, Coroutine.Action test)
            throws Exception {
        EventLoop.Builder builder =
                EventLoop.builder().engine(engine).exceptionHandler(reports::add);
        Async.run(builder, Async.failAfter(deadline, test.asCoroutine()));
        return reports;
    }

    // --- For use in the loop ---

    /// Returns the body of a response.
    static String fetch(ClientSession session, String url) throws Exception {
        try (ClientResponse response = await(session.get(url))) {
            return await(response.text());
        }
    }

    /// Returns the body of the response to a request.
    static String fetch(ClientSession session, ClientRequest request) throws Exception {
        try (ClientResponse response = await(session.send(request))) {
            return await(response.text());
        }
    }

    /// Returns what a request for a whole response fails with.
    static ClientException failureOf(ClientSession session, String url) {
        ClientException failure =
                catchThrowableOfType(ClientException.class, () -> fetch(session, url));
        assertThat(failure).as("failure of %s", url).isNotNull();
        return failure;
    }

    /// Returns what such a request fails with.
    static ClientException failureOf(Coroutine<ClientResponse> request) {
        ClientException failure = catchThrowableOfType(ClientException.class, () -> {
            try (ClientResponse response = await(request)) {
                await(response.read());
            }
        });
        assertThat(failure).as("failure").isNotNull();
        return failure;
    }

    /// Asks whether the next request gets its own answer.
    static void probe(ScriptedServer server, ClientSession session) throws Exception {
        String token = "probe-" + nextProbe.getAndIncrement();

        assertThat(fetch(session, server.url("/probe?" + token))).isEqualTo(token);
    }

    /// Lets the loop run until a condition holds.
    static void until(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            Async.yieldNow();
        }
    }

    /// Lets the loop run until a condition holds, for a second at the most; returns whether it
    /// does.
    static boolean isSoon(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(1).toNanos();
        while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
            Async.yieldNow();
        }
        return condition.getAsBoolean();
    }
}
