package spindle.demos;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

import spindle.Async;
import spindle.http.ClientException;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// The command `load`: what the client can do, and what it costs.
@Command(
        name = "load",
        sortOptions = false,
        description = {
            "Loads a server through the client and measures, in the manner of wrk.",
            "",
            "Each connection asks again as soon as it is answered, all of them on one thread."
                    + " Counts nothing until the warm-up is over: the JVM compiles meanwhile.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  demos/run load http://127.0.0.1:8090/",
            "  demos/run load http://127.0.0.1:8090/ --connections 512 --duration 10s --json -",
            "  demos/run load https://127.0.0.1:8443/ --insecure --timings -d @body.json"
                    + " -H 'Content-Type: application/json'",
            "",
            "Exit status: 0 if any request was answered, 1 if none was; 2 if the command line or"
                    + " the URL is wrong.",
        })
final class Load implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", description = "What to get.")
    private String url;

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "How many connections. Default: ${DEFAULT-VALUE}.")
    private int connections;

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "5s",
            description = "How long to measure. Default: ${DEFAULT-VALUE}.")
    private Duration duration;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "3s",
            description = "How long to load before that. Default: ${DEFAULT-VALUE}.")
    private Duration warmup;

    @Mixin
    private RequestArguments arguments;

    @Option(names = "--timings", description = "Shows how long each phase took on average.")
    private boolean timings;

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Where to write the result as JSON; - for standard output.")
    private @Nullable JsonTarget json;

    @Override
    public Integer call() throws Exception {
        if (connections < 1) {
            throw usage("--connections must be at least 1, was " + connections);
        }
        if (!duration.isPositive()) {
            throw usage("--duration must be longer than nothing");
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        err.println("warming up for " + Durations.exact(warmup) + ", then measuring for "
                + Durations.exact(duration));
        LoadRun run = new LoadRun(url, connections, warmup, duration, arguments, timings);
        LoadResult result;
        try {
            result = Async.run(run);
        } catch (ClientException.InvalidUrl failure) {
            throw usage(Terminal.safe(String.valueOf(failure.getMessage())));
        }
        print(result, run.firstFailure(), json != null && json.isStandardOutput() ? err : out);
        if (json != null) {
            json.write(result, out);
        }
        return result.requests() == 0 ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private void print(LoadResult result, @Nullable String firstFailure, PrintWriter lines) {
        lines.println(connections + " connections to " + Terminal.safe(url));
        if (result.requests() == 0) {
            lines.println("  requests    none was answered");
        } else {
            printFigures(result, lines);
        }
        lines.println("  errors      " + text(result.errors()));
        if (firstFailure != null) {
            lines.println("  the first   " + Terminal.safe(firstFailure));
        }
    }

    private static void printFigures(LoadResult result, PrintWriter lines) {
        lines.printf(
                Locale.ROOT,
                "  requests    %,d, %,.0f per second%n",
                result.requests(),
                result.requestsPerSecond());
        lines.printf(
                Locale.ROOT,
                "  processor   %.2f µs per request, on all threads%n",
                result.cpuMicrosPerRequest());
        lines.printf(
                Locale.ROOT,
                "  allocated   %,d B per request%n",
                result.allocatedBytesPerRequest());
        LoadResult.Latency latency = result.latencyMicros();
        lines.printf(
                Locale.ROOT,
                "  latency     50 %%: %,d µs, 90 %%: %,d µs, 99 %%: %,d µs, 99.9 %%: %,d µs,"
                        + " most: %,d µs%n",
                latency.p50(),
                latency.p90(),
                latency.p99(),
                latency.p999(),
                latency.max());
        if (result.timingsMicros() != null) {
            lines.println("  phases      "
                    + result.timingsMicros().entrySet().stream()
                            .map(phase -> String.format(
                                    Locale.ROOT, "%s %.1f µs", phase.getKey(), phase.getValue()))
                            .collect(Collectors.joining(", ")));
        }
    }

    private static String text(Map<String, Long> errors) {
        return errors.isEmpty() ? "none" : errors.toString().replaceAll("[{}]", "");
    }
}
