package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.gather;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.http.ClientOptions;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

import java.util.Collections;

/// All requests at once, each in a coroutine, on one thread: the article's aiohttp.
final class CoroutinesStrategy implements Strategy {
    @Override
    public String title() {
        return "coroutines";
    }

    @Override
    public String articleFigure() {
        return "3.1 s";
    }

    @Override
    public void run(RaceCourse course, RaceLap lap) throws Exception {
        ClientOptions options =
                ClientOptions.defaults().withLimit(0).withTotalTimeout(course.patience());
        Async.run(() -> {
            lap.start();
            try (var session = ClientSession.open(options)) {
                await(gather(Collections.nCopies(
                        course.requests(), request(session, course.url(), lap))));
            }
        });
    }

    private static Coroutine<@Nullable Void> request(
            ClientSession session, String url, RaceLap lap) {
        Coroutine<String> body = () -> {
            try (ClientResponse response = await(session.get(url))) {
                return await(response.text());
            }
        };
        return () -> {
            lap.attempt(() -> await(body));
            return null;
        };
    }
}
