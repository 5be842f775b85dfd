package spindle.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;
import spindle.http.body.RequestBody;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;

/// What does one request cost that goes out on a connection that is kept alive?
///
/// One after the other, to a server on a loop and a thread of its own in this JVM, so half of the
/// time is the way there and back. What counts is the difference between the rows, and what they
/// allocate (`-prof gc`); the server's share of that is some 200 B.
///
/// Run with: `benchmarks/run B05 -prof gc`
///
/// What this does not show: many at a time, where one turn of the loop serves several; see
/// `demos/run load` for that.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class B05_Request {
    static final int REQUESTS = 100;

    HelloServer server;
    String url;
    EventLoop loop;
    ClientSession session;
    ClientRequest ownHeaders;
    RequestBody body;
    BlockingClient blockingClient;
    HttpClient jdkClient;
    HttpRequest jdkRequest;

    @Setup
    public void open() throws Exception {
        server = HelloServer.start(0);
        url = "http://127.0.0.1:" + server.address().getPort() + "/";
        loop = EventLoop.open();
        session = loop.runUntilComplete(() -> ClientSession.open());
        ownHeaders = ClientRequest.get(url)
                .withHeader("X-Request", "1")
                .withHeader("Accept", "text/plain")
                .withParameter("q", "event loops");
        body = RequestBody.of("Hello, too!".getBytes(StandardCharsets.US_ASCII));
        blockingClient = new BlockingClient(server.address());
        jdkClient = HttpClient.newHttpClient();
        jdkRequest = HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /// A blocking socket, fixed bytes, nothing parsed: the way there and back.
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int baseline() throws Exception {
        int length = 0;
        for (int i = 0; i < REQUESTS; i++) {
            length += blockingClient.get().length();
        }
        return length;
    }

    /// `session.get(url)` and `text()`.
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int get() throws Exception {
        return each(session.get(url));
    }

    /// A request with header fields and parameters of its own.
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int getWithOwnHeaders() throws Exception {
        return each(session.send(ownHeaders));
    }

    /// A POST whose body leaves with its head.
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int post() throws Exception {
        return each(session.post(url, body));
    }

    int each(Coroutine<ClientResponse> request) throws Exception {
        return loop.runUntilComplete(() -> {
            int length = 0;
            for (int i = 0; i < REQUESTS; i++) {
                try (ClientResponse response = Async.await(request)) {
                    length += Async.await(response.text()).length();
                }
            }
            return length;
        });
    }

    /// The JDK's own client.
    @Benchmark
    @OperationsPerInvocation(REQUESTS)
    public int jdkHttpClient() throws Exception {
        int length = 0;
        for (int i = 0; i < REQUESTS; i++) {
            length += jdkClient
                    .send(jdkRequest, HttpResponse.BodyHandlers.ofString())
                    .body()
                    .length();
        }
        return length;
    }

    @TearDown
    public void close() throws Exception {
        loop.runUntilComplete(() -> session.close());
        loop.close();
        blockingClient.close();
        jdkClient.close();
        server.close();
    }
}
