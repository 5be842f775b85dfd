package spindle.demos;

import picocli.CommandLine;

import tools.jackson.jr.ob.JSON;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// What a command line of the demos did, run inside this JVM.
record CommandRun(int status, String out, String err) {
    static CommandRun of(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine()
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        int status = commandLine.execute(arguments);
        return new CommandRun(status, out.toString(), err.toString());
    }

    /// Returns standard output, which must be one JSON object.
    Map<String, Object> json() throws Exception {
        return JSON.std.mapFrom(out);
    }

    /// Returns the objects in one of its lists.
    @SuppressWarnings("unchecked")
    List<Map<String, Object>> jsonList(String field) throws Exception {
        return (List<Map<String, Object>>) Objects.requireNonNull(json().get(field), field);
    }
}
