package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;

/// What fails while a cancellation goes through try-with-resources is suppressed by it, and a
/// cancellation ends with its task: so it is reported there. In Python the failure of an
/// `__aexit__` would have replaced the cancellation.
@OnBothEngines
class CancelledTaskReportTest {
    private static final Duration LONG = Duration.ofHours(1);

    @RegisterExtension
    final TestLoops loops;

    CancelledTaskReportTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void closeThatFailsWhileItsTaskIsCancelledIsReported() throws Exception {
        IOException failure = new IOException("cannot close");

        loops.run(() -> {
            Task<?> task = createTask("fetch", () -> {
                try (AutoCloseable _ = failingToClose(failure)) {
                    await(sleep(LONG));
                }
            });
            cancelAndAwait(task);
        });

        ExceptionHandler.Context report = loops.reports().takeOnly();
        assertThat(report.message()).isEqualTo("exception in a task while it was being cancelled");
        assertThat(report.exception()).isSameAs(failure);
        assertThat(report.source())
                .isInstanceOfSatisfying(
                        Task.class, task -> assertThat(task.name()).isEqualTo("fetch"));
    }

    @Test
    void eachCloseThatFailsIsReported() throws Exception {
        IOException inner = new IOException("inner");
        IOException outer = new IOException("outer");

        loops.run(() -> cancelAndAwait(createTask(() -> {
            try (AutoCloseable _ = failingToClose(outer);
                    AutoCloseable _ = failingToClose(inner)) {
                await(sleep(LONG));
            }
        })));

        assertThat(exceptions()).containsExactly(inner, outer);
    }

    @Test
    void closeThatIsCancelledItselfIsNotReportedButWhatItSuppressesIs() throws Exception {
        IOException failure = new IOException("cannot close");

        loops.run(() -> {
            AutoCloseable closing = () -> {
                try (AutoCloseable _ = failingToClose(failure)) {
                    await(sleep(LONG));
                }
            };
            Task<?> task = createTask(() -> {
                try (closing) {
                    await(sleep(LONG));
                }
            });
            yieldNow();
            task.cancel();
            cancelAndAwait(task);
        });

        assertThat(exceptions()).containsExactly(failure);
    }

    @Test
    void cancellationThatGoesThroughSeveralTasksIsReportedByTheOneThatFailed() throws Exception {
        IOException failure = new IOException("cannot close");

        loops.run(() -> {
            Task<?> inner = createTask(() -> {
                try (AutoCloseable _ = failingToClose(failure)) {
                    await(sleep(LONG));
                }
            });
            Task<?> outer = createTask(() -> await(inner));
            yieldNow();
            cancelAndAwait(outer);
        });

        assertThat(exceptions()).containsExactly(failure);
    }

    /// They too are suppressed by what is awaited.
    @Test
    void awaitTracesOfDebugModeAreNotReported() throws Exception {
        Async.run(loops.builder().debug(true), () -> {
            Task<?> inner = createTask(() -> await(sleep(LONG)));
            Task<?> outer = createTask(() -> await(inner));
            yieldNow();
            cancelAndAwait(outer);
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }

    @Test
    void reportOfDebugModeSaysWhereTheTaskWasMade() throws Exception {
        Async.run(
                loops.builder().debug(true),
                () -> cancelAndAwait(createTask(() -> {
                    try (AutoCloseable _ = failingToClose(new IOException("cannot close"))) {
                        await(sleep(LONG));
                    }
                })));

        Origin origin = loops.reports().takeOnly().origin();
        assertThat(origin).isNotNull();
        assertThat(origin.toString()).contains("CancelledTaskReportTest");
    }

    @Test
    void bodyThatItsOwnGroupCancelsIsReported() throws Exception {
        IOException failure = new IOException("cannot close");

        loops.run(() -> {
            String result = await(TaskGroup.<String>run(group -> {
                group.createTask(() -> group.cancel());
                try (AutoCloseable _ = failingToClose(failure)) {
                    await(sleep(LONG));
                }
                return "not reached";
            }));
            assertThat(result).isNull();
        });

        assertThat(exceptions()).containsExactly(failure);
    }

    @Test
    void timeoutThatIsThrownCarriesItInsteadOfAReport() throws Exception {
        IOException failure = new IOException("cannot close");

        loops.run(() -> assertThatThrownBy(() -> await(failAfter(Duration.ofSeconds(1), () -> {
                    try (AutoCloseable _ = failingToClose(failure)) {
                        await(sleep(LONG));
                    }
                })))
                .isInstanceOf(TimeoutException.class)
                .cause()
                .hasSuppressedException(failure));
    }

    private List<Throwable> exceptions() {
        return loops.reports().takeAll().stream()
                .<Throwable>map(ExceptionHandler.Context::exception)
                .toList();
    }

    private static AutoCloseable failingToClose(IOException failure) {
        return () -> {
            throw failure;
        };
    }

    private static void cancelAndAwait(Task<?> task) throws Exception {
        yieldNow();
        task.cancel();
        assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
    }
}
