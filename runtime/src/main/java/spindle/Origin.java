package spindle;

import java.util.List;
import java.util.stream.Collectors;

/// Where something was made: the innermost frames of the code that made it. Kept in debug mode
/// only, since walking the stack costs a hundred times what making a handle does.
///
/// Next: [ExceptionHandler].
///
/// @param frames innermost first, from the one that called the runtime
public record Origin(List<StackTraceElement> frames) {
    private static final int DEPTH = 10;

    private static final StackWalker WALKER =
            StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

    /// Returns the frames that lead to the runtime.
    static Origin here() {
        return new Origin(WALKER.walk(frames -> frames.dropWhile(Origin::isOfRuntime)
                .limit(DEPTH)
                .map(StackWalker.StackFrame::toStackTraceElement)
                .toList()));
    }

    private static boolean isOfRuntime(StackWalker.StackFrame frame) {
        return frame.getDeclaringClass().getProtectionDomain()
                == Origin.class.getProtectionDomain();
    }

    /// Returns the innermost frame, as `get() at Fetch.java:31`.
    public String place() {
        return frames.isEmpty() ? "unknown" : CodeSite.ofFrame(frames.getFirst());
    }

    /// Returns the frames as a stack trace shows them, a line for each.
    @Override
    public String toString() {
        return frames.stream().map(frame -> "\n\tat " + frame).collect(Collectors.joining());
    }
}
