package spindle.demos;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// What is known of where the programs' messages go, and what may go there.
final class Terminal {
    /// Back to the start of the line, and away with what stands there.
    static final String CLEAR_LINE = "\r\033[K";

    private static final int LONGEST_LINE = 400;

    private Terminal() {}

    /// Returns whether standard error is a terminal: only there may a line be written over.
    @SuppressWarnings("SystemConsoleNull") // Whether it can be null depends on the JDK.
    static boolean isStandardError() {
        // Fact: the JDK's Console tells of standard input and output only, and those may go
        // elsewhere. Linux says of each descriptor what it is.
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
        } catch (IOException | UnsupportedOperationException notLinux) {
            Console console = System.console();
            return console != null && console.isTerminal();
        }
    }

    /// Returns text from elsewhere as one line that a terminal only shows: escape sequences, line
    /// breaks and what turns the direction of writing are replaced.
    static String safe(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints()
                .limit(LONGEST_LINE)
                .forEach(point -> safe.appendCodePoint(isHarmless(point) ? point : '?'));
        return text.codePointCount(0, text.length()) > LONGEST_LINE ? safe + "…" : safe.toString();
    }

    private static boolean isHarmless(int point) {
        return switch (Character.getType(point)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> false;
            default -> true;
        };
    }
}
