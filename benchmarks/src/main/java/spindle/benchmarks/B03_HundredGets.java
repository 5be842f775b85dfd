package spindle.benchmarks;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.http.ClientOptions;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/// How long do 100 GETs take that are made at the same time?
///
/// The server, on a loop and a thread of its own in this JVM, answers each request after a delay:
/// with
/// none, what counts is the work that a client does; with 20 ms, how many it can have under way.
/// All clients keep their connections from one invocation to the next. The thread pool has 8
/// threads, as the article's pool had 8 processes, so it cannot have more than 8 under way.
///
/// Run with: `benchmarks/run B03`
///
/// What this does not show: processor time, of which a client with more threads uses more; see
/// `demos/run load` for that.
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
@Fork(2)
public class B03_HundredGets {
    static final int REQUESTS = 100;
    static final int POOL_THREADS = 8;

    @Param({"0", "20"})
    int delayMillis;

    HelloServer server;
    InetSocketAddress address;
    String url;

    EventLoop loop;
    ClientSession session;
    ExecutorService threadPool;
    ExecutorService virtualThreads;
    BlockingClient blockingClient;
    HttpClient jdkClient;

    @Setup
    public void open() throws Exception {
        server = HelloServer.start(delayMillis);
        address = server.address();
        url = "http://127.0.0.1:" + address.getPort() + "/";
        loop = EventLoop.open();
        session = loop.runUntilComplete(
                () -> ClientSession.open(ClientOptions.defaults().withLimit(0)));
        threadPool = Executors.newFixedThreadPool(POOL_THREADS);
        virtualThreads = Executors.newVirtualThreadPerTaskExecutor();
        blockingClient = new BlockingClient(address);
        jdkClient = HttpClient.newHttpClient();
    }

    /// Coroutines on one thread.
    @Benchmark
    public List<String> coroutines() throws Exception {
        return loop.runUntilComplete(() -> {
            List<Coroutine<String>> gets = new ArrayList<>(REQUESTS);
            for (int i = 0; i < REQUESTS; i++) {
                gets.add(this::get);
            }
            return Async.await(Async.gather(gets));
        });
    }

    String get() throws Exception {
        try (ClientResponse response = Async.await(session.get(url))) {
            return Async.await(response.text());
        }
    }

    /// Blocking sockets on a pool of eight threads.
    @Benchmark
    public int threadPool() throws Exception {
        return blocking(threadPool);
    }

    /// Blocking sockets on a virtual thread each.
    @Benchmark
    public int virtualThreads() throws Exception {
        return blocking(virtualThreads);
    }

    int blocking(ExecutorService executor) throws Exception {
        List<Future<String>> results = new ArrayList<>(REQUESTS);
        for (int i = 0; i < REQUESTS; i++) {
            results.add(executor.submit(blockingClient::get));
        }
        int length = 0;
        for (Future<String> result : results) {
            length += result.get().length();
        }
        return length;
    }

    /// The JDK's own asynchronous client, with its default threads.
    @Benchmark
    public int jdkHttpClient() {
        List<CompletableFuture<HttpResponse<String>>> responses = new ArrayList<>(REQUESTS);
        HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
        for (int i = 0; i < REQUESTS; i++) {
            responses.add(jdkClient.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
        }
        int length = 0;
        for (CompletableFuture<HttpResponse<String>> response : responses) {
            length += response.join().body().length();
        }
        return length;
    }

    @TearDown
    public void close() throws Exception {
        loop.callSoon(session::close);
        loop.stop();
        loop.runForever();
        loop.close();
        threadPool.shutdown();
        virtualThreads.shutdown();
        blockingClient.close();
        jdkClient.close();
        server.close();
    }
}
