package spindle.http;

import java.util.stream.Collectors;

/// Where the program is, outside of the client and the runtime.
final class OpenedAt {
    private static final int DEPTH = 10;

    private OpenedAt() {}

    /// Returns the innermost frames of the program as a stack trace shows them.
    static String here() {
        return StackWalker.getInstance()
                .walk(frames -> frames.filter(OpenedAt::isOfProgram)
                        .limit(DEPTH)
                        .map(frame -> "\n\tat " + frame.toStackTraceElement())
                        .collect(Collectors.joining()));
    }

    private static boolean isOfProgram(StackWalker.StackFrame frame) {
        String name = frame.getClassName();
        return !(name.startsWith("spindle.") && isOfLibrary(name)) && !name.startsWith("java.");
    }

    private static boolean isOfLibrary(String name) {
        String rest = name.substring("spindle.".length());
        return rest.startsWith("http.") || rest.indexOf('.') < 0;
    }
}
