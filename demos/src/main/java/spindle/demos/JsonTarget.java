package spindle.demos;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.TypeConversionException;

import tools.jackson.jr.ob.JSON;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/// Where a program's results go as JSON: a file, or standard output, which then gets nothing else.
///
/// @param file null for standard output
record JsonTarget(@Nullable Path file) {
    private static final JSON FORM = JSON.std.with(
            JSON.Feature.PRETTY_PRINT_OUTPUT,
            JSON.Feature.WRITE_NULL_PROPERTIES,
            JSON.Feature.WRITE_RECORD_FIELDS_IN_DECLARATION_ORDER);

    /// Reads the value of a `--json` option. A file that cannot be written is told now, not after
    /// the work.
    static JsonTarget parse(String text) {
        if (text.equals("-")) {
            return new JsonTarget(null);
        }
        Path file = pathOf(text);
        Path folder = file.toAbsolutePath().getParent();
        boolean writable = Files.exists(file)
                ? Files.isWritable(file) && !Files.isDirectory(file)
                : folder != null && Files.isDirectory(folder) && Files.isWritable(folder);
        if (!writable) {
            throw new TypeConversionException("cannot write the file " + text);
        }
        return new JsonTarget(file);
    }

    private static Path pathOf(String text) {
        try {
            return Path.of(text);
        } catch (InvalidPathException failure) {
            throw new TypeConversionException("expected a file or - but found \"" + text + "\"");
        }
    }

    boolean isStandardOutput() {
        return file == null;
    }

    /// Writes `results`, a record or a map, with its fields in their order.
    void write(Object results, PrintWriter standardOutput) throws IOException {
        String text = FORM.asString(results);
        if (file == null) {
            standardOutput.println(text);
        } else {
            Files.writeString(file, text + "\n");
        }
    }
}
