package spindle.demos;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;

/// The command `race`: the article's experiment, each way to make many requests against the same
/// slow server.
@Command(
        name = "race",
        sortOptions = false,
        description = {
            "The article's experiment: the same requests to a slow server, made in five ways.",
            "",
            "serial                 blocking, one after another; as many as fit in 10 s",
            "thread-pool            blocking, on a few threads; as many as fit in 60 s",
            "virtual-threads        blocking, each on a virtual thread",
            "blocking-in-coroutine  the pitfall: blocking in coroutines; a few requests",
            "coroutines             all at once in coroutines, on one thread",
            "",
            "Starts the server in a process of its own, and ends it. No request goes ahead.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  demos/run race",
            "  demos/run race --delay 3s        the article's own figures: takes a minute",
            "  demos/run race --requests 10000 --delay 3s --strategies coroutines",
            "",
            "Exit status: 0 if every request was answered, 1 if any failed.",
        })
final class Race implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--requests",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many requests. Default: ${DEFAULT-VALUE}.")
    private int requests;

    @Option(
            names = "--delay",
            paramLabel = "TIME",
            defaultValue = "300ms",
            description = "How long the server takes over each. Default: ${DEFAULT-VALUE}.")
    private Duration delay;

    @Option(
            names = "--workers",
            paramLabel = "N",
            defaultValue = "8",
            description = "How many threads the thread pool has. Default: ${DEFAULT-VALUE}.")
    private int workers;

    @Option(
            names = "--strategies",
            paramLabel = "NAME",
            split = ",",
            description = "Which ways to try, in this order. Default: all, as above.")
    private @Nullable List<String> titles;

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Where to write the result as JSON; - for standard output.")
    private @Nullable JsonTarget json;

    @Override
    public Integer call() throws Exception {
        requireAtLeastOne("--requests", requests);
        requireAtLeastOne("--workers", workers);
        List<Strategy> strategies = chosen();
        boolean jsonOnly = json != null && json.isStandardOutput();
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();

        Map<String, String> firstFailures = new LinkedHashMap<>();
        RaceResult result = run(strategies, firstFailures, err);
        Map<String, String> figures = strategies.stream()
                .collect(Collectors.toMap(
                        Strategy::title, Strategy::articleFigure, (same, _) -> same));
        err.println();
        err.flush();
        PrintWriter tableTarget = jsonOnly ? err : out;
        new RaceTable(result, figures, firstFailures).lines().forEach(tableTarget::println);
        if (json != null) {
            json.write(result, out);
        }
        return result.hasFailures() ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private void requireAtLeastOne(String option, int value) {
        if (value < 1) {
            throw new ParameterException(
                    spec.commandLine(), option + " must be at least 1, was " + value);
        }
    }

    private List<Strategy> chosen() {
        if (titles == null) {
            return Strategy.all();
        }
        return titles.stream().map(this::strategy).toList();
    }

    private Strategy strategy(String title) {
        List<Strategy> all = Strategy.all();
        return all.stream()
                .filter(strategy -> strategy.title().equals(title.strip()))
                .findFirst()
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "there is no strategy \"" + title + "\": choose among "
                                + all.stream()
                                        .map(Strategy::title)
                                        .collect(Collectors.joining(", "))));
    }

    // --- Racing ---

    /// @param firstFailures filled with why a request failed, by strategy
    private RaceResult run(
            List<Strategy> strategies, Map<String, String> firstFailures, PrintWriter err)
            throws Exception {
        List<RaceResult.Row> rows = new ArrayList<>();
        try (SlowServerProcess server = SlowServerProcess.start(delay);
                RaceProgress progress = new RaceProgress(err, Terminal.isStandardError())) {
            RaceCourse course = new RaceCourse(server.address(), delay, requests, workers);
            for (Strategy strategy : strategies) {
                RaceLap lap = new RaceLap(ThreadCount.start());
                int attempts = strategy.attempts(course);
                progress.started(strategy, attempts, lap);
                strategy.run(course, lap);
                rows.add(RaceResult.Row.of(strategy, lap));
                progress.ended();
                String reason = lap.firstFailure();
                if (reason != null) {
                    firstFailures.putIfAbsent(strategy.title(), reason);
                }
            }
        }
        return new RaceResult(delay.toMillis(), requests, rows);
    }
}
