package spindle.demos;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

import spindle.EventLoop;

import java.time.Duration;
import java.util.concurrent.Callable;

/// The command `serve`: the slow server, until somebody stops it.
@Command(
        name = "serve",
        sortOptions = false,
        description = {
            "The article's slow server: answers each request with Hello!, after a while.",
            "",
            "One thread holds all its connections, and thousands of requests that wait. Stop it with"
                    + " Ctrl-C.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  demos/run serve                         port 5000, 3 s, as in the article",
            "  demos/run serve --port 0 --delay 300ms  a free port, which it prints",
        })
final class Serve implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "5000",
            description = "Where to listen; 0 takes a free one. Default: ${DEFAULT-VALUE}.")
    private int port;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            defaultValue = "3s",
            description = "How long each answer takes. Default: ${DEFAULT-VALUE}.")
    private Duration delay;

    /// For a parent that starts the server: when it dies, however suddenly, the pipe closes.
    @Option(names = "--until-stdin-closes", hidden = true)
    private boolean untilStdinCloses;

    @Override
    public Integer call() throws Exception {
        ServerProgram.checkPort(spec, "--port", port);
        ServerProgram program = new ServerProgram(
                spec, () -> SlowServer.listen(EventLoop.current(), port, delay), SlowServer::urlOf);
        return untilStdinCloses ? program.runUntilStdinCloses() : program.run();
    }
}
