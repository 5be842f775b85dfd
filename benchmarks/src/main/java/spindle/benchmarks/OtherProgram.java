package spindle.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// A program that measures the same moves, and what it printed: lines such as `sleep(0) ns
/// 3116.1`. Lines of another form are none of our business.
record OtherProgram(String command, Map<String, Double> figures) {
    private static final Pattern LINE = Pattern.compile("(\\S.*) (\\d+(?:\\.\\d+)?)");

    /// Runs a shell command to its end. What it has to say about its failures goes to our
    /// standard error.
    static OtherProgram run(String command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("sh", "-c", command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        if (status != 0) {
            throw new IOException("'" + command + "' ended with status " + status);
        }
        Map<String, Double> figures = parse(output);
        if (Stream.of(Figure.values()).noneMatch(f -> figures.containsKey(f.nameElsewhere))) {
            throw new IOException("expected lines such as 'sleep(0) ns 3116.1' from '" + command
                    + "' but found none");
        }
        return new OtherProgram(command, figures);
    }

    static Map<String, Double> parse(String output) {
        Map<String, Double> figures = new HashMap<>();
        output.lines().forEach(line -> {
            Matcher figure = LINE.matcher(line.strip());
            if (figure.matches()) {
                figures.put(figure.group(1), Double.valueOf(figure.group(2)));
            }
        });
        return figures;
    }
}
