package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.run;

import spindle.Coroutine;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

import java.util.List;

/// The example of the README, word for word: [ReadmeTest] compares and runs it.
final class ReadmeExample {
    private ReadmeExample() {}

    static Coroutine<String> get(ClientSession session, String url) {
        return () -> {
            try (ClientResponse response = await(session.get(url))) {
                return await(response.text());
            }
        };
    }

    static List<String> getBoth(String url) throws Exception {
        return run(() -> {
            try (var session = ClientSession.open()) {
                return await(gather(get(session, url + "a"), get(session, url + "b")));
            }
        });
    }
}
