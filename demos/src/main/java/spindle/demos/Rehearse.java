package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.gather;
import static spindle.Async.run;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

import spindle.Coroutine;
import spindle.EventLoop;
import spindle.http.ClientOptions;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.Callable;

/// The hidden command `rehearse`: a little of what the demos do, client and server in one process.
///
/// The launcher runs it once after each build, while the JVM takes down which classes it loads and
/// links (an ahead-of-time cache). Later starts find that work done, and a demo that is to show
/// what a loop can do in 300 ms does not spend a third of them loading classes.
@Command(
        name = "rehearse",
        hidden = true,
        description = "Lets the JVM take down what the demos need, for the launcher.")
final class Rehearse implements Callable<Integer> {
    private static final int REQUESTS = 100;

    /// Long enough for the second compiler: the JVM takes down what it has found out about the
    /// methods of a request as well, and compiles them sooner the next time.
    private static final Duration LOAD = Duration.ofSeconds(3);

    private static final int CONNECTIONS = 32;

    @Override
    public Integer call() throws Exception {
        run(() -> {
            EventLoop loop = EventLoop.current();
            ClientOptions options = ClientOptions.defaults().withLimit(0);
            try (var server = SlowServer.listen(loop, 0, Duration.ofMillis(1));
                    var session = ClientSession.open(options)) {
                String url = SlowServer.urlOf(server);
                Coroutine<String> get = () -> {
                    try (ClientResponse response = await(session.get(url))) {
                        return await(response.text());
                    }
                };
                await(gather(Collections.nCopies(REQUESTS, get)));
            }
            try (var server = SlowServer.listen(loop, 0, Duration.ZERO)) {
                String url = SlowServer.urlOf(server);
                RequestArguments plain = new RequestArguments();
                await(new LoadRun(url, CONNECTIONS, Duration.ZERO, LOAD, plain, false));
            }
        });
        return ExitCode.OK;
    }
}
