package spindle.demos;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import spindle.CancelledError;
import spindle.EventLoop;
import spindle.Future;
import spindle.Task;
import spindle.net.Server;

import java.io.IOException;
import java.io.PrintWriter;
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
        if (port < 0 || port > 0xFFFF) {
            throw new ParameterException(
                    spec.commandLine(), "--port must be from 0 to 65535, was " + port);
        }
        PrintWriter err = spec.commandLine().getErr();
        EventLoop loop = EventLoop.open();
        Task<@Nullable Void> serving = loop.createTask("serve", () -> serve(loop));
        try (EndOnSignal end = EndOnSignal.of(loop, serving)) {
            if (untilStdinCloses) {
                Thread.ofPlatform().daemon().name("stdin").start(() -> watchStdin(end));
            }
            return run(loop, serving, err);
        }
    }

    /// Runs and closes the loop, and with it every connection.
    private int run(EventLoop loop, Task<?> serving, PrintWriter err) throws Exception {
        try (loop) {
            loop.runUntilComplete(serving);
        } catch (CancelledError _) {
            if (!untilStdinCloses) {
                err.println("stopped");
            }
        } catch (IOException failure) {
            err.println("serve: " + failure.getMessage());
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    private @Nullable Void serve(EventLoop loop) throws Exception {
        try (Server server = SlowServer.listen(loop, port, delay)) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("listening on " + SlowServer.urlOf(server));
            out.flush();
            Future<@Nullable Void> never = loop.createFuture();
            return await(never);
        }
    }

    private static void watchStdin(EndOnSignal end) {
        try {
            while (System.in.read() >= 0) {
                // Nothing is expected: we wait for the end.
            }
        } catch (IOException alsoTheEnd) {
            // Falls through: a pipe that breaks has closed as well.
        }
        end.cancelTask();
    }
}
