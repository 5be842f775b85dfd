package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/// Each coroutine has a virtual thread of its own, with all that belongs to a thread.
@OnBothEngines
class CoroutineThreadTest {
    private static final ThreadLocal<String> LOCAL = ThreadLocal.withInitial(() -> "initial");
    private static final ScopedValue<String> SCOPED = ScopedValue.newInstance();

    @RegisterExtension
    final TestLoops loops;

    private final CoroutineEngine engine;
    private final Recorder recorder = new Recorder();

    CoroutineThreadTest(CoroutineEngine engine) {
        this.engine = engine;
        loops = new TestLoops(engine);
    }

    // --- The thread ---

    @Test
    void coroutineRunsOnAVirtualThreadThatIsNamedAfterItsTask() throws Exception {
        loops.run(() -> {
            Task<Thread> named = createTask("fetch", Thread::currentThread);
            Task<Thread> unnamed = createTask(Thread::currentThread);

            assertThat(Thread.currentThread().isVirtual()).isTrue();
            assertThat(await(named).getName()).isEqualTo("fetch");
            assertThat(await(unnamed).getName()).isEqualTo("task");
        });
    }

    @Test
    void debugModeNumbersTheThreadsOfTasksWithoutANameToo() throws Exception {
        Async.run(loops.builder().debug(true), () -> {
            Task<Thread> named = createTask("fetch", Thread::currentThread);
            Task<Thread> unnamed = createTask(Thread::currentThread);

            assertThat(await(named).getName()).isEqualTo("fetch");
            assertThat(await(unnamed).getName()).isEqualTo("Task-2");
        });
    }

    @Test
    void coroutineKeepsItsThreadAcrossAwaits() throws Exception {
        loops.run(() -> {
            Thread before = Thread.currentThread();

            yieldNow();
            await(sleep(Duration.ofSeconds(1)));
            Thread awaited = await(Thread::currentThread);

            assertThat(Thread.currentThread()).isSameAs(before);
            assertThat(awaited).isSameAs(before);
            assertThat(await(createTask(Thread::currentThread))).isNotSameAs(before);
        });
    }

    @Test
    void threadEndsWithItsCoroutine() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();

        loops.run(() -> {
            Task<?> task = createTask(() -> {
                thread.set(Thread.currentThread());
                await(sleep(Duration.ofSeconds(1)));
            });
            yieldNow();
            assertThat(thread.get().isAlive()).isTrue();
            await(task);
        });

        assertThat(thread.get().join(Duration.ofSeconds(5))).isTrue();
    }

    @Test
    void suspendedCoroutineShowsItsStack() throws Exception {
        AtomicReference<Thread> thread = new AtomicReference<>();

        loops.run(() -> {
            Task<?> task = createTask(() -> {
                thread.set(Thread.currentThread());
                sleepInAMethodOfItsOwn();
            });
            yieldNow();

            assertThat(thread.get().getStackTrace())
                    .extracting(StackTraceElement::getMethodName)
                    .contains("sleepInAMethodOfItsOwn");
            await(task);
        });
    }

    private static void sleepInAMethodOfItsOwn() throws Exception {
        await(sleep(Duration.ofSeconds(1)));
    }

    // --- Its variables ---

    @Test
    void threadLocalsBelongToOneCoroutineAndOutliveItsAwaits() throws Exception {
        LOCAL.set("test's");

        loops.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (String name : List.of("a", "b", "c")) {
                tasks.add(createTask(() -> {
                    assertThat(LOCAL.get()).isEqualTo("initial");
                    LOCAL.set(name);
                    yieldNow();
                    assertThat(LOCAL.get()).isEqualTo(name);
                    await(sleep(Duration.ofSeconds(1)));
                    assertThat(LOCAL.get()).isEqualTo(name);
                }));
            }
            for (Task<?> task : tasks) {
                await(task);
            }
            assertThat(LOCAL.get()).isEqualTo("initial");
        });

        assertThat(LOCAL.get()).isEqualTo("test's");
        LOCAL.remove();
    }

    @Test
    void callbacksDoNotSeeTheThreadLocalsOfCoroutines() throws Exception {
        loops.run(() -> {
            LOCAL.set("coroutine's");
            EventLoop.current().callSoon(() -> recorder.record(LOCAL.get()));
            yieldNow();
        });

        assertThat(recorder.events()).containsExactly("initial");
    }

    /// A raw continuation fails here: one coroutine sees what another has bound.
    @Test
    void scopedValuesBelongToOneCoroutineAndOutliveItsAwaits() throws Exception {
        loops.run(() -> {
            Task<?> bound = createTask(() -> ScopedValue.where(SCOPED, "bound").call(() -> {
                yieldNow();
                assertThat(SCOPED.get()).isEqualTo("bound");
                await(sleep(Duration.ofSeconds(1)));
                assertThat(SCOPED.get()).isEqualTo("bound");
                return null;
            }));
            Task<?> unbound = createTask(() -> {
                assertThat(SCOPED.isBound()).isFalse();
                yieldNow();
                assertThat(SCOPED.isBound()).isFalse();
            });
            Task<?> otherwiseBound =
                    createTask(() -> ScopedValue.where(SCOPED, "otherwise").call(() -> {
                        yieldNow();
                        assertThat(SCOPED.get()).isEqualTo("otherwise");
                        return null;
                    }));
            EventLoop.current().callSoon(() -> recorder.record(SCOPED.isBound()));

            await(bound);
            await(unbound);
            await(otherwiseBound);
            assertThat(SCOPED.isBound()).isFalse();
        });

        assertThat(recorder.events()).containsExactly(false);
    }

    // --- Interrupts ---

    @Test
    void interruptOfASuspendedCoroutineDoesNotEndItsAwait() throws Exception {
        loops.run(() -> {
            EventLoop loop = EventLoop.current();
            Future<String> future = loop.createFuture();
            AtomicReference<Thread> thread = new AtomicReference<>();
            Task<String> task = createTask(() -> {
                thread.set(Thread.currentThread());
                String result = await(future);
                assertThat(Thread.interrupted()).isTrue();
                return result;
            });
            yieldNow();

            thread.get().interrupt();
            loop.callLater(Duration.ofSeconds(1), () -> future.setResult("result"));

            assertThat(await(task)).isEqualTo("result");
        });
    }

    @Test
    void coroutineThatIsInterruptedBeforeItAwaitsStillSuspends() throws Exception {
        loops.run(() -> {
            EventLoop.current().callSoon(recorder.recording("callback"));
            Thread.currentThread().interrupt();

            yieldNow();
            recorder.record("after yieldNow");
            await(sleep(Duration.ofSeconds(1)));

            assertThat(Thread.interrupted()).isTrue();
        });

        assertThat(recorder.events()).containsExactly("callback", "after yieldNow");
    }

    @Test
    void interruptBelongsToOneCoroutine() throws Exception {
        loops.run(() -> {
            Task<?> interrupted = createTask(() -> {
                Thread.currentThread().interrupt();
                await(sleep(Duration.ofSeconds(1)));
                assertThat(Thread.interrupted()).isTrue();
            });
            Task<?> other = createTask(() -> {
                yieldNow();
                assertThat(Thread.currentThread().isInterrupted()).isFalse();
            });
            EventLoop.current()
                    .callSoon(() -> recorder.record(Thread.currentThread().isInterrupted()));

            await(interrupted);
            await(other);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        });

        assertThat(recorder.events()).containsExactly(false);
    }

    @Test
    void interruptOfTheLoopsCallerWhileACoroutineRunsIsThereAfterTheRun() throws Exception {
        Thread caller = Thread.currentThread();

        loops.run(() -> {
            caller.interrupt();
            yieldNow();
        });
        boolean thereAfterAYield = Thread.interrupted();
        loops.run(caller::interrupt);
        boolean thereAfterTheEnd = Thread.interrupted();

        assertThat(thereAfterAYield).isTrue();
        assertThat(thereAfterTheEnd).isTrue();
    }

    @Test
    void interruptEndsABlockingCallOfTheCoroutine() throws Exception {
        loops.run(() -> {
            Thread self = Thread.currentThread();
            Thread other = Thread.ofPlatform().start(self::interrupt);

            assertThatExceptionOfType(InterruptedException.class)
                    .isThrownBy(() -> Thread.sleep(Duration.ofHours(1)));
            other.join();
            await(sleep(Duration.ofSeconds(1)));
        });
    }

    // --- Where the loop runs ---

    @Test
    void loopMayBeRunFromAVirtualThread() throws Exception {
        AtomicReference<Object> outcome = new AtomicReference<>();

        Thread.ofVirtual()
                .start(() -> outcome.set(resultOrFailure(() -> {
                    await(sleep(Duration.ofSeconds(1)));
                    return "result";
                })))
                .join();

        assertThat(outcome.get()).isEqualTo("result");
    }

    /// The loop-carried engine gives each run on a virtual thread a new platform thread. A
    /// coroutine
    /// that outlived the first and then blocked woke that one, and the loop waited for ever.
    @Test
    void coroutineMayBlockInALaterRunFromAVirtualThread() throws Exception {
        AtomicReference<Object> outcome = new AtomicReference<>();

        Thread.ofVirtual()
                .start(() -> outcome.set(resultOrFailure(() -> {
                    Task<?> leftOver = createTask(() -> {
                        try {
                            await(sleep(Duration.ofHours(1)));
                        } finally {
                            Thread.sleep(1);
                            recorder.record("cleaned up");
                        }
                    });
                    yieldNow();
                    return leftOver.isDone();
                })))
                .join();

        assertThat(outcome.get()).isEqualTo(false);
        assertThat(recorder.events()).containsExactly("cleaned up");
    }

    /// The same from two platform threads, one after the other.
    @Test
    void coroutineMayBlockInALaterRunOnAnotherThread() throws Exception {
        EventLoop loop = EventLoop.builder().engine(engine).open();
        Task<String> task = loop.createTask(() -> {
            yieldNow();
            Thread.sleep(1);
            return "result";
        });
        task.addDoneCallback(_ -> loop.stop());
        loop.callSoon(loop::stop);
        Thread.ofPlatform().start(loop::runForever).join();
        assertThat(task.isDone()).isFalse();

        loop.runForever();

        assertThat(task.result()).isEqualTo("result");
        loop.close();
    }

    private Object resultOrFailure(Coroutine<?> coroutine) {
        try {
            return loops.run(coroutine);
        } catch (Exception failure) {
            return failure;
        }
    }
}
