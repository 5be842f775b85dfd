package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;
import static spindle.TestLoops.runTurn;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;

/// People learn an event loop through what its objects print, as they learn asyncio.
@OnBothEngines
class ToStringTest {
    private static final Duration LONG = Duration.ofHours(1);

    /// A coroutine that runs or waits is where its frame is; `\d+` stands for the line.
    private static final String SITE = "\\w+\\(\\) at ToStringTest\\.java:\\d+";

    @RegisterExtension
    final TestLoops loops;

    ToStringTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    private static void callback() {
        // Only its name matters.
    }

    private static final class NamedCallback implements Runnable {
        @Override
        public void run() {
            callback();
        }

        @Override
        public String toString() {
            return "NamedCallback()";
        }
    }

    @Nested
    class OfAHandle {
        @Test
        void namesTheClassOfALambda() {
            Handle handle = loops.open().callSoon(() -> callback());

            assertThat(handle).hasToString("<Handle ToStringTest$OfAHandle lambda>");
        }

        @Test
        void namesACallbackThatNamesItself() {
            Handle handle = loops.open().callSoon(new NamedCallback());

            assertThat(handle).hasToString("<Handle NamedCallback()>");
        }

        @Test
        void saysThatItIsCancelled() {
            EventLoop loop = loops.open();
            Handle handle = loop.callSoon(ToStringTest::callback);
            Handle threadsafe = loop.callSoonThreadsafe(ToStringTest::callback);

            handle.cancel();
            threadsafe.cancel();

            assertThat(handle).hasToString("<Handle cancelled>");
            assertThat(threadsafe).hasToString("<Handle cancelled>");
        }

        @Test
        void ofATimerSaysWhen() {
            TimerHandle timer =
                    loops.open().callLater(Duration.ofMillis(1_500), new NamedCallback());
            assertThat(timer).hasToString("<TimerHandle when=1.500s NamedCallback()>");

            timer.cancel();
            assertThat(timer).hasToString("<TimerHandle when=1.500s cancelled>");
        }
    }

    @Nested
    class OfAFuture {
        private final Consumer<Future<String>> callback = new Consumer<>() {
            @Override
            public void accept(Future<String> future) {
                callback();
            }

            @Override
            public String toString() {
                return "print()";
            }
        };

        @Test
        void thatIsPending() {
            Future<String> future = loops.open().createFuture();

            assertThat(future).hasToString("<Future pending>");
        }

        @Test
        void thatIsPendingNamesItsCallbacks() {
            Future<String> future = loops.open().createFuture();
            future.addDoneCallback(callback);
            future.addDoneCallback(_ -> callback());

            assertThat(future)
                    .hasToString("<Future pending cb=[print(), ToStringTest$OfAFuture lambda]>");
        }

        /// As asyncio does: a gathering of ten thousand would say little more with all of them.
        @Test
        void withManyCallbacksCountsThem() {
            Future<String> future = loops.open().createFuture();
            for (int i = 0; i < 10_000; i++) {
                future.addDoneCallback(callback);
            }

            assertThat(future.toString())
                    .hasSizeLessThan(200)
                    .contains("print()")
                    .contains("9998 more");
        }

        /// As asyncio does: a body of a megabyte belongs in no log line.
        @Test
        void withALongResultAbridgesIt() {
            Future<String> future = loops.open().createFuture();
            future.setResult("x".repeat(1_000_000));

            assertThat(future.toString()).startsWith("<Future finished result='xxx");
            assertThat(future.toString()).hasSizeLessThan(1_000);
        }

        @Test
        void thatHasAResult() {
            EventLoop loop = loops.open();
            Future<Object> text = loop.createFuture();
            Future<Object> number = loop.createFuture();
            Future<Object> nothing = loop.createFuture();
            text.setResult("text");
            number.setResult(42);
            nothing.setResult(null);

            assertThat(text).hasToString("<Future finished result='text'>");
            assertThat(number).hasToString("<Future finished result=42>");
            assertThat(nothing).hasToString("<Future finished result=null>");
        }

        @Test
        void thatHasFailed() {
            Future<String> future = loops.open().createFuture();
            future.setException(new IOException("broken"));

            assertThat(future)
                    .hasToString("<Future finished exception=java.io.IOException: broken>");
            assertThat(future.exception()).hasMessage("broken");
        }

        @Test
        void thatIsCancelled() {
            Future<String> future = loops.open().createFuture();
            future.addDoneCallback(callback);
            future.cancel();

            assertThat(future).hasToString("<Future cancelled>");
        }
    }

    @Nested
    class OfATask {
        @Test
        void thatHasNotStarted() {
            EventLoop loop = loops.open();
            Task<String> lambda = loop.createTask(() -> "result");
            Task<String> named = loop.createTask("fetch", Coroutine.named("execute", () -> ""));

            assertThat(lambda)
                    .hasToString("<Task pending name='Task-1' coro=<ToStringTest$OfATask lambda>>");
            assertThat(named).hasToString("<Task pending name='fetch' coro=<execute()>>");
            runTurn(loop);
        }

        @Test
        void thatRuns() throws Exception {
            loops.run(() -> assertThat(Async.currentTask().toString())
                    .matches("<Task pending name='Task-1' coro=<" + SITE
                            + "> cb=\\[runUntilComplete\\]>"));
        }

        @Test
        void thatWaitsSaysWhereAndForWhat() throws Exception {
            loops.run(() -> {
                Future<String> future = EventLoop.current().createFuture();
                Task<String> task = createTask("fetch", () -> await(future));
                yieldNow();

                assertThat(task.toString())
                        .matches("<Task pending name='fetch' coro=<thatWaitsSaysWhereAndForWhat"
                                + "\\(\\) at ToStringTest\\.java:\\d+>"
                                + " wait_for=<Future pending cb=\\[step of task 'fetch'\\]>>");
                task.cancel();
            });
        }

        @Test
        void thatWaitsForATaskDescribesThatInShort() throws Exception {
            loops.run(() -> {
                Task<?> inner = createTask("inner", () -> await(sleep(LONG)));
                Task<?> outer = createTask("outer", () -> await(inner));
                yieldNow();

                assertThat(outer.toString()).endsWith(" wait_for=<Task name='inner'>>");
                assertThat(inner.toString()).contains(" cb=[step of task 'outer']");
            });
        }

        @Test
        void thatWaitsNamesItsCallbacks() throws Exception {
            loops.run(() -> {
                Task<?> task = createTask(() -> await(sleep(LONG)));
                task.addDoneCallback(_ -> callback());
                yieldNow();

                assertThat(task.toString()).endsWith(" cb=[ToStringTest$OfATask lambda]>");
            });
        }

        /// `Coroutine.named` promises a name that tasks and reports show.
        @Test
        void thatWaitsInANamedCoroutineShowsTheName() throws Exception {
            loops.run(() -> {
                Task<?> task = createTask(Coroutine.named("execute", () -> await(sleep(LONG))));
                yieldNow();

                assertThat(task.toString()).contains("execute()");
            });
        }

        @Test
        void thatIsAskedToStopSaysSo() throws Exception {
            loops.run(() -> {
                Task<?> unstarted = createTask(() -> await(sleep(LONG)));
                unstarted.cancel();
                assertThat(unstarted.toString()).startsWith("<Task cancelling name='Task-2'");
            });
        }

        /// asyncio says so until the task is done, whatever became of the request.
        @Test
        void thatIsAskedToStopWhileItWaitsSaysSo() throws Exception {
            loops.run(() -> {
                Task<?> waiting = createTask(() -> await(sleep(LONG)));
                yieldNow();
                waiting.cancel();
                assertThat(waiting.toString()).startsWith("<Task cancelling name='Task-2'");
            });
        }

        @Test
        void thatIsDone() throws Exception {
            EventLoop loop = loops.open();
            Task<String> finished = loop.createTask(Coroutine.named("a", () -> "result"));
            Task<String> failed = loop.createTask(Coroutine.named("b", () -> {
                throw new IOException("broken");
            }));
            Task<String> cancelled = loop.createTask(Coroutine.named("c", () -> "never"));
            cancelled.cancel();
            runTurn(loop);

            assertThat(finished)
                    .hasToString("<Task finished result='result' name='Task-1' coro=<a()>>");
            assertThat(failed)
                    .hasToString("<Task finished exception=java.io.IOException: broken"
                            + " name='Task-2' coro=<b()>>");
            assertThat(cancelled).hasToString("<Task cancelled name='Task-3' coro=<c()>>");
            assertThat(failed.exception()).hasMessage("broken");
        }
    }

    @Nested
    class OfALoop {
        @Test
        void saysItsStateAndWhatItHolds() throws Exception {
            EventLoop loop = loops.open();
            assertThat(loop).hasToString("<EventLoop stopped tasks=0 ready=0 timers=0>");

            TimerHandle timer = loop.callLater(LONG, ToStringTest::callback);
            loop.callSoon(() ->
                    assertThat(loop).hasToString("<EventLoop running tasks=0 ready=1 timers=1>"));
            loop.callSoon(ToStringTest::callback);
            runTurn(loop);
            timer.cancel();

            loop.close();
            assertThat(loop).hasToString("<EventLoop closed tasks=0 ready=0 timers=0>");
        }
    }
}
