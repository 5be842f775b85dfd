package spindle.demos;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

import spindle.CancelledError;
import spindle.EventLoop;
import spindle.Task;
import spindle.net.Server;

import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.function.Function;

/// A demo that serves until somebody stops it, with Ctrl-C or SIGTERM.
final class ServerProgram {
    // fixed at construction
    private final CommandSpec spec;
    private final Start start;
    private final Function<Server, String> url;

    /// How the server is started, in the loop.
    @FunctionalInterface
    interface Start {
        Server start() throws Exception;
    }

    /// @param url what is said of the server once it listens
    ServerProgram(CommandSpec spec, Start start, Function<Server, String> url) {
        this.spec = spec;
        this.start = start;
        this.url = url;
    }

    /// Checks the port that a command was given.
    static void checkPort(CommandSpec spec, String option, int port) {
        if (port < 0 || port > 0xFFFF) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be from 0 to 65535, was " + port);
        }
    }

    /// Returns a form such as `127.0.0.1:5000`.
    static String hostAndPort(Server server) {
        InetSocketAddress address = (InetSocketAddress) server.localAddress();
        return address.getHostString() + ":" + address.getPort();
    }

    /// Runs it, and says why it ended if that was not because it was stopped.
    int run() throws Exception {
        return run(false);
    }

    /// Runs it for a parent: when that dies, however suddenly, standard input closes, and so does
    /// the server.
    int runUntilStdinCloses() throws Exception {
        return run(true);
    }

    private int run(boolean untilStdinCloses) throws Exception {
        EventLoop loop = EventLoop.open();
        Task<@Nullable Void> serving = loop.createTask(spec.name(), () -> serve(loop));
        try (EndOnSignal end = EndOnSignal.of(loop, serving)) {
            if (untilStdinCloses) {
                Thread.ofPlatform().daemon().name("stdin").start(() -> watchStdin(end));
            }
            return runToTheEnd(loop, serving, !untilStdinCloses);
        }
    }

    /// Runs and closes the loop, and with it every connection.
    private int runToTheEnd(EventLoop loop, Task<?> serving, boolean saysStopped) throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        try (loop) {
            loop.runUntilComplete(serving);
        } catch (CancelledError _) {
            if (saysStopped) {
                err.println("stopped");
            }
        } catch (IOException failure) {
            err.println(spec.name() + ": " + failure.getMessage());
            return ExitCode.SOFTWARE;
        }
        return ExitCode.OK;
    }

    private @Nullable Void serve(EventLoop loop) throws Exception {
        try (Server server = start.start()) {
            PrintWriter out = spec.commandLine().getOut();
            out.println("listening on " + url.apply(server));
            out.flush();
            try {
                return await(loop.createFuture("being stopped"));
            } finally {
                await(server.shutDown(Duration.ZERO));
            }
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
