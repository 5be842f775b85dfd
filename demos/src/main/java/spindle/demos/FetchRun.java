package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.runBlocking;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.Task;
import spindle.http.ClientOptions;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;

/// Fetches URLs on one thread, so many at a time.
///
/// There is a coroutine for each that may be under way, not for each URL: they take the next one
/// from a common place until none is left. No lock guards it, since between two awaits nothing else
/// of the loop runs.
final class FetchRun {
    // fixed at construction
    private final List<String> urls;
    private final int concurrency;
    private final ClientOptions options;
    private final RequestArguments arguments;
    private final @Nullable BodyFolder bodies;
    private final FetchReport report;

    // changes while running
    private final @Nullable FetchResult[] results;
    private int next;

    /// @param bodies where to save bodies; null if they are not to be saved
    /// @param report told of each result as it comes
    FetchRun(
            List<String> urls,
            int concurrency,
            ClientOptions options,
            RequestArguments arguments,
            @Nullable BodyFolder bodies,
            FetchReport report) {
        this.urls = urls;
        this.concurrency = Math.min(concurrency, urls.size());
        this.options = options.withLimit(this.concurrency);
        this.arguments = arguments;
        this.bodies = bodies;
        this.report = report;
        this.results = new @Nullable FetchResult[urls.size()];
    }

    /// Fetches all and returns what came of each, in the order of the URLs.
    List<FetchResult> run() throws Exception {
        Async.run(() -> {
            arguments.loadCookies();
            Task<?> drawing = createTask(report::keepDrawing);
            try (var session = ClientSession.open(options)) {
                await(gather(Collections.nCopies(concurrency, worker(session))));
            } finally {
                drawing.cancel();
                arguments.saveCookies();
            }
        });
        List<FetchResult> complete = new ArrayList<>(results.length);
        for (FetchResult result : results) {
            complete.add(Objects.requireNonNull(result, "the workers leave none out"));
        }
        return complete;
    }

    private Coroutine<@Nullable Void> worker(ClientSession session) {
        return () -> {
            while (next < urls.size()) {
                int index = next++;
                FetchResult result = fetch(session, index);
                results[index] = result;
                report.add(result);
            }
            return null;
        };
    }

    private FetchResult fetch(ClientSession session, int index) {
        String url = urls.get(index);
        long start = System.nanoTime();
        try (ClientResponse response = await(session.send(arguments.request(url)))) {
            byte[] body = await(response.read());
            Path file = bodies == null
                    ? null
                    : await(runBlocking(() -> bodies.save(index + 1, url, response, body)));
            return new FetchResult(
                    url,
                    response.status(),
                    response.reason(),
                    response.headers().toMap(),
                    body.length,
                    file == null ? null : file.toString(),
                    Durations.millis(System.nanoTime() - start),
                    FetchResult.millis(response.timings()),
                    null);
        } catch (Exception failure) {
            return FetchResult.failed(url, failure, System.nanoTime() - start);
        }
    }
}
