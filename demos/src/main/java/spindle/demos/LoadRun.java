package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.Task;
import spindle.http.ClientException;
import spindle.http.ClientOptions;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// Loads a server in the manner of wrk: each connection has a coroutine that asks again as soon as
/// it is answered.
///
/// What is measured is what a user of the client pays, so it goes through the client's public
/// methods. The loop that is measured adds a look at the clock and a count to that, and allocates
/// nothing.
///
/// As with wrk, a server that stalls is asked less meanwhile, so the latencies flatter it
/// (coordinated omission).
final class LoadRun implements Coroutine<LoadResult> {
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);
    private static final long LONGEST_LATENCY_MICROS = TimeUnit.HOURS.toMicros(1);
    private static final int LATENCY_DIGITS = 3;
    private static final int FIRST_ERROR_STATUS = 400;

    // fixed at construction
    private final String url;
    private final int connections;
    private final Duration warmup;
    private final Duration duration;
    private final RequestArguments arguments;
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final ThreadMXBean threads = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    // changes while running
    /// Of all requests, those of the warm-up too.
    private final Histogram micros = new Histogram(LONGEST_LATENCY_MICROS, LATENCY_DIGITS);

    private final Map<String, Long> errors = new TreeMap<>();
    private boolean stopped;
    private ClientException.@Nullable InvalidUrl invalidUrl;
    private @Nullable String firstFailure;

    /// Null if nobody asked.
    private final @Nullable PhaseSums phases;

    LoadRun(
            String url,
            int connections,
            Duration warmup,
            Duration duration,
            RequestArguments arguments,
            boolean timings) {
        this.url = url;
        this.connections = connections;
        this.warmup = warmup;
        this.duration = duration;
        this.arguments = arguments;
        this.phases = timings ? new PhaseSums() : null;
    }

    /// Loads the server for the warm-up and the duration and returns what was measured in the
    /// latter. Suspends the calling task.
    ///
    /// @throws ClientException.InvalidUrl at once, if the URL is none
    @Override
    public LoadResult run() throws Exception {
        arguments.loadCookies();
        ClientOptions options = arguments.applyTo(ClientOptions.defaults().withLimit(connections));
        try (var session = ClientSession.open(options)) {
            List<Task<?>> workers = new ArrayList<>();
            for (int i = 0; i < connections; i++) {
                workers.add(createTask(() -> work(session)));
            }
            yieldNow(); // By now each has begun with its first request: only a URL can have failed.
            if (invalidUrl != null) {
                throw invalidUrl;
            }
            await(sleep(warmup));
            LoadResult result = measure();
            stopped = true;
            workers.forEach(worker -> worker.cancel("the measurement is over"));
            arguments.saveCookies();
            return result;
        }
    }

    private LoadResult measure() throws Exception {
        // Taken off in the end. Were the histogram emptied here, the JVM would meet the path of a
        // new greatest value for the first time, and throw away the compiled loop.
        Histogram ofWarmup = micros.copy();
        errors.clear();
        firstFailure = null;
        if (phases != null) {
            phases.reset();
        }
        long startAllocated = threads.getTotalThreadAllocatedBytes();
        long startCpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        await(sleep(duration));
        long elapsed = System.nanoTime() - start;
        long cpu = system.getProcessCpuTime() - startCpu;
        long allocated = threads.getTotalThreadAllocatedBytes() - startAllocated;
        Histogram measured = micros.copy();
        measured.subtract(ofWarmup);
        long requests = measured.getTotalCount();
        return new LoadResult(
                requests,
                requests * 1e9 / elapsed,
                requests == 0 ? 0 : cpu / 1e3 / requests,
                requests == 0 ? 0 : allocated / requests,
                LoadResult.Latency.of(measured),
                phases == null ? null : phases.averageMicros(),
                new TreeMap<>(errors));
    }

    private void work(ClientSession session) throws Exception {
        while (!stopped) {
            try {
                askOnAndOn(session);
            } catch (ClientException.InvalidUrl failure) {
                invalidUrl = failure;
                return;
            } catch (ClientException failure) {
                count(failure.kind().toString());
                if (firstFailure == null) {
                    firstFailure = failure.kind() + ": " + failure.getMessage();
                }
                // A server that refuses does so in microseconds: asking on heats the room only.
                await(sleep(PAUSE_AFTER_FAILURE));
            }
        }
    }

    /// The loop that is measured: one look at the clock for each request, since the end of one is
    /// the start of the next.
    private void askOnAndOn(ClientSession session) throws Exception {
        Coroutine<ClientResponse> request =
                arguments.isSpecial() ? session.send(arguments.request(url)) : session.get(url);
        long start = System.nanoTime();
        while (!stopped) {
            try (ClientResponse response = await(request)) {
                await(response.text());
                if (phases != null) {
                    phases.add(response.timings());
                }
                if (response.status() >= FIRST_ERROR_STATUS) {
                    count("status " + response.status());
                }
            }
            long end = System.nanoTime();
            micros.recordValue(Math.min((end - start) / 1000, LONGEST_LATENCY_MICROS));
            start = end;
        }
    }

    private void count(String kind) {
        errors.merge(kind, 1L, Long::sum);
    }

    /// Returns what the first request that failed while measuring failed with, or null.
    @Nullable
    String firstFailure() {
        return firstFailure;
    }
}
