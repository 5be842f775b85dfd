package spindle.testing;

import spindle.ExceptionHandler;

import java.util.ArrayList;
import java.util.List;

/// An exception handler that keeps what a loop reports until the test takes it: what it has taken,
/// it has expected.
///
/// Used on the loop's thread alone, and by whoever runs the loop afterwards.
///
/// Next: [Testing].
public final class ReportedFailures implements ExceptionHandler {
    private final List<Context> failures = new ArrayList<>();

    /// Creates a handler that has nothing yet.
    public ReportedFailures() {}

    @Override
    public void handle(Context context) {
        failures.add(context);
    }

    /// Returns what was reported since the last call.
    public List<Context> takeAll() {
        List<Context> taken = List.copyOf(failures);
        failures.clear();
        return taken;
    }

    /// Returns the one failure that was reported since the last call.
    ///
    /// @throws AssertionError if nothing was reported, or more
    public Context takeOnly() {
        List<Context> taken = takeAll();
        if (taken.size() != 1) {
            throw new AssertionError(
                    "expected one reported failure but there were " + taken.size() + ": " + taken);
        }
        return taken.getFirst();
    }
}
