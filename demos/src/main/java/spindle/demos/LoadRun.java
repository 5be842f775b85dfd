package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import com.sun.management.OperatingSystemMXBean;

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
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    // changes while running
    private final Histogram micros = new Histogram(LONGEST_LATENCY_MICROS, LATENCY_DIGITS);
    private final Map<String, Long> errors = new TreeMap<>();
    private boolean stopped;
    private ClientException.@Nullable InvalidUrl invalidUrl;
    private @Nullable String firstFailure;

    LoadRun(String url, int connections, Duration warmup, Duration duration) {
        this.url = url;
        this.connections = connections;
        this.warmup = warmup;
        this.duration = duration;
    }

    /// Loads the server for the warm-up and the duration and returns what was measured in the
    /// latter. Suspends the calling task.
    ///
    /// @throws ClientException.InvalidUrl at once, if the URL is none
    @Override
    public LoadResult run() throws Exception {
        ClientOptions options = ClientOptions.defaults().withLimit(connections);
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
            return result;
        }
    }

    private LoadResult measure() throws Exception {
        micros.reset();
        errors.clear();
        firstFailure = null;
        long startCpu = system.getProcessCpuTime();
        long start = System.nanoTime();
        await(sleep(duration));
        long elapsed = System.nanoTime() - start;
        long cpu = system.getProcessCpuTime() - startCpu;
        long requests = micros.getTotalCount();
        return new LoadResult(
                requests,
                requests * 1e9 / elapsed,
                requests == 0 ? 0 : cpu / 1e3 / requests,
                LoadResult.Latency.of(micros),
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
        long start = System.nanoTime();
        while (!stopped) {
            try (ClientResponse response = await(session.get(url))) {
                await(response.text());
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
