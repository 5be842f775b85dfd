package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;

/// An exception handler that keeps what a loop reports until the test takes it.
///
/// What a test doesn't take fails it: see [TestLoops].
public final class ReportedFailures implements ExceptionHandler {
    private final List<Context> failures = new ArrayList<>();

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
    public Context takeOnly() {
        assertThat(failures).hasSize(1);
        return takeAll().getFirst();
    }
}
