package spindle;

import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/// Receives the failures that no caller is there to catch: of a callback, of a protocol's
/// method, of a future whose exception nobody ever looked at.
///
/// Called on the loop's thread, once per failure, as soon as it is noticed. The loop goes on
/// afterwards whatever the handler does: if the handler fails too, both failures go to
/// [#logging()].
///
/// Next: [Context].
@FunctionalInterface
public interface ExceptionHandler {
    /// Handles one failure.
    void handle(Context context);

    /// What is known about a failure. Not to be taken for the [spindle.Context] of task-locals:
    /// asyncio calls both by this word.
    ///
    /// @param message what happened, such as `exception in callback`
    /// @param exception what was thrown, where something was
    /// @param source the handle, future, transport or other object that failed, where there is
    ///     one
    /// @param origin where that was made; known in debug mode only
    record Context(
            String message,
            @Nullable Throwable exception,
            @Nullable Object source,
            @Nullable Origin origin) {
        /// Creates a context without an origin.
        public Context(String message, @Nullable Throwable exception, @Nullable Object source) {
            this(message, exception, source, null);
        }

        @Override
        public String toString() {
            return message
                    + (source == null ? "" : ": " + source)
                    + (origin == null ? "" : "\nmade here:" + origin);
        }
    }

    /// Returns the default handler: it logs each failure as an error, with its stack trace.
    static ExceptionHandler logging() {
        return context -> LoggerFactory.getLogger("spindle.EventLoop")
                .error("{}", context, context.exception());
    }
}
