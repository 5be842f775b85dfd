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

import spindle.http.ClientOptions;
import spindle.http.ClientRequest;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/// The command `fetch`: real URLs, many at a time, on one thread.
@Command(
        name = "fetch",
        sortOptions = false,
        description = {
            "Fetches URLs, http and https, many at a time, on one thread.",
            "",
            "Prints a line for each as it is done: its status, or the kind of failure and the"
                    + " reason; the body's size; the time.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  demos/run fetch http://127.0.0.1:5000/ http://example.org/",
            "  demos/run fetch --file urls.txt --output pages",
            "  grep -o 'http://[^\"]*' page.html | demos/run fetch --file - --json -",
            "  demos/run fetch https://example.org/ --compressed --timings --retry 3",
            "  demos/run fetch http://127.0.0.1:5000/form -d 'q=event loops' -H 'X-Trace: 1'",
            "",
            "Exit status: 0 if each URL had a response, whatever its status; 1 if any had none;"
                    + " 2 if the command line is wrong.",
        })
final class Fetch implements Callable<Integer> {
    private static final int MEBIBYTE = 1024 * 1024;
    private static final int LEAST_BODY_LIMIT = 16 * MEBIBYTE;
    private static final int MOST_BODY_LIMIT = 256 * MEBIBYTE;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "URL", arity = "0..*", description = "What to fetch.")
    private List<String> urls = new ArrayList<>();

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "Takes URLs from a file as well, one on each line; - for standard input."
                    + " Empty lines and those that begin with # are skipped.")
    private @Nullable String file;

    @Option(
            names = "--concurrency",
            paramLabel = "N",
            defaultValue = "100",
            description = "How many at a time. Default: ${DEFAULT-VALUE}.")
    private int concurrency;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "30s",
            description = "How long one may take. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    @Mixin
    private RequestArguments arguments;

    @Option(
            names = "--timings",
            description = "Shows how long each phase took: waiting in line, names, connecting, TLS,"
                    + " sending, the first byte, the body.")
    private boolean timings;

    @Option(
            names = "--output",
            paramLabel = "DIR",
            description = "Saves each body there, in a file named after its number and URL.")
    private @Nullable Path output;

    @Option(
            names = "--json",
            paramLabel = "FILE|-",
            description = "Where to write the results as JSON, in the order of the URLs;"
                    + " - for standard output.")
    private @Nullable JsonTarget json;

    @Override
    public Integer call() throws Exception {
        if (concurrency < 1) {
            throw usage("--concurrency must be at least 1, was " + concurrency);
        }
        if (!timeout.isPositive()) {
            throw usage("--timeout must be longer than nothing");
        }
        List<String> all = allUrls();
        BodyFolder bodies = bodyFolder();
        List<FetchResult> results = fetch(all, bodies);
        if (json != null) {
            json.write(new FetchResult.Report(results), spec.commandLine().getOut());
        }
        boolean failures = results.stream().anyMatch(FetchResult::isFailure);
        return failures ? ExitCode.SOFTWARE : ExitCode.OK;
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private List<String> allUrls() {
        List<String> all = new ArrayList<>(urls);
        if (file != null) {
            try {
                all.addAll(UrlList.read(file));
            } catch (IOException failure) {
                throw usage("cannot read " + file + ": " + FileTrouble.reasonOf(failure));
            } catch (InvalidPathException failure) {
                throw usage("cannot read " + file + ": " + failure.getReason());
            }
        }
        if (all.isEmpty()) {
            throw usage("there is no URL to fetch: name some, or a --file with some in it");
        }
        return all;
    }

    private @Nullable BodyFolder bodyFolder() {
        if (output == null) {
            return null;
        }
        try {
            return BodyFolder.at(output);
        } catch (IOException failure) {
            throw usage("cannot make the folder " + output + ": " + FileTrouble.reasonOf(failure));
        }
    }

    private List<FetchResult> fetch(List<String> all, @Nullable BodyFolder bodies)
            throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        boolean jsonOnly = json != null && json.isStandardOutput();
        PrintWriter lines = jsonOnly ? err : spec.commandLine().getOut();
        ClientOptions options = arguments.applyTo(
                ClientOptions.defaults().withTotalTimeout(timeout).withMaxBodyBytes(bodyLimit()));
        ClientRequest _ = arguments.request(all.getFirst()); // What makes no sense is told now.
        try (var report =
                new FetchReport(all.size(), lines, err, Terminal.isStandardError(), timings)) {
            return new FetchRun(all, concurrency, options, arguments, bodies, report).run();
        }
    }

    /// Bodies are collected in memory, so those that are under way share half of it. The least is
    /// for what people fetch, at the risk that many huge ones at a time are too much.
    private int bodyLimit() {
        long share = Runtime.getRuntime().maxMemory() / 2 / concurrency;
        return Math.clamp(share, LEAST_BODY_LIMIT, MOST_BODY_LIMIT);
    }
}
