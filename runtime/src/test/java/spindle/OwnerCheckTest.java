package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import static spindle.TestLoops.runTurn;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicReference;

/// What only the loop's own thread may do says so anywhere else, and names the remedy.
@OnBothEngines
class OwnerCheckTest {
    @RegisterExtension
    final TestLoops loops;

    OwnerCheckTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    /// What another thread must not do.
    enum Use {
        CALL_SOON,
        CALL_LATER,
        CALL_AT,
        CREATE_TASK,
        ALL_TASKS,
        STOP,
        RESOURCE,
        SET_RESULT,
        SET_EXCEPTION,
        CANCEL,
        ADD_DONE_CALLBACK,
        REMOVE_DONE_CALLBACK;

        ThrowingCallable of(EventLoop loop) {
            Future<String> future = loop.createFuture();
            return switch (this) {
                case CALL_SOON -> () -> loop.callSoon(() -> {});
                case CALL_LATER -> () -> loop.callLater(Duration.ZERO, () -> {});
                case CALL_AT -> () -> loop.callAt(0, () -> {});
                case CREATE_TASK -> () -> loop.createTask(() -> "never runs");
                case ALL_TASKS -> loop::allTasks;
                case STOP -> loop::stop;
                case RESOURCE -> () -> loop.resource(AutoCloseable.class, _ -> () -> {});
                case SET_RESULT -> () -> future.setResult("result");
                case SET_EXCEPTION -> () -> future.setException(new Exception("failure"));
                case CANCEL -> future::cancel;
                case ADD_DONE_CALLBACK -> () -> future.addDoneCallback(_ -> {});
                case REMOVE_DONE_CALLBACK -> () -> future.removeDoneCallback(_ -> {});
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void anotherThreadIsRefusedWhileTheLoopRuns(Use use) {
        EventLoop loop = loops.open();
        AtomicReference<Throwable> refusal = new AtomicReference<>();

        loop.callSoon(() -> refusal.set(thrownInAnotherThread(use.of(loop))));
        runTurn(loop);

        assertThat(refusal.get())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("expected the loop's own thread")
                .hasMessageContaining("called from 'another thread'")
                .hasMessageContaining("callSoonThreadsafe");
    }

    @ParameterizedTest
    @EnumSource
    void anotherThreadIsRefusedWhileTheLoopIsAtRest(Use use) {
        EventLoop loop = loops.open();

        Throwable refusal = thrownInAnotherThread(use.of(loop));

        assertThat(refusal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("callSoonThreadsafe");
    }

    @Test
    void anotherThreadIsRefusedWhileACoroutineRuns() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Throwable refusal = thrownInAnotherThread(() -> loop.callSoon(() -> {}));

            assertThat(refusal)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("expected the loop's own thread 'Task-1'");
        });
    }

    @Test
    void anotherThreadMayNotCloseTheLoop() {
        EventLoop loop = loops.open();

        Throwable refusal = thrownInAnotherThread(loop::close);

        assertThat(refusal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("callSoonThreadsafe");
        assertThat(loop.isClosed()).isFalse();
    }

    @Test
    void anotherThreadMayNotCancelATask() {
        EventLoop loop = loops.open();
        Task<String> task = loop.createTask(() -> "runs");

        Throwable refusal = thrownInAnotherThread(task::cancel);
        runTurn(loop);

        assertThat(refusal)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("callSoonThreadsafe");
        assertThat(task.isDone()).isTrue();
        assertThat(task.isCancelled()).isFalse();
    }

    @Test
    void threadThatACoroutineStartsIsAnotherThread() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            AtomicReference<Throwable> refusal = new AtomicReference<>();

            Thread.ofVirtual()
                    .start(() -> refusal.set(catchThrowable(() -> loop.callSoon(() -> {}))))
                    .join();

            assertThat(refusal.get()).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void callbacksAndCoroutinesAreTheLoopsOwn() throws Exception {
        EventLoop loop = loops.open();
        Recorder recorder = new Recorder();

        loop.callSoon(() -> loop.callSoon(recorder.recording("callback's")));
        loop.runUntilComplete(() -> {
            loop.callSoon(recorder.recording("coroutine's"));
            Async.yieldNow();
            return null;
        });
        loop.callSoon(recorder.recording("opener's"));
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("callback's", "coroutine's", "opener's");
    }

    private static Throwable thrownInAnotherThread(ThrowingCallable use) {
        Executor anotherThread =
                task -> Thread.ofPlatform().name("another thread").start(task);
        return CompletableFuture.supplyAsync(() -> catchThrowable(use), anotherThread)
                .join();
    }
}
