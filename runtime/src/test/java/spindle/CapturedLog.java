package spindle;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/// What is logged meanwhile, kept from the test's own output.
///
/// slf4j-simple, which the tests log with, writes to the standard error stream.
final class CapturedLog {
    private CapturedLog() {}

    /// Runs `action` and returns what was logged.
    static String of(Runnable action) {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
        try {
            action.run();
        } finally {
            System.setErr(before);
        }
        return log.toString(StandardCharsets.UTF_8);
    }
}
