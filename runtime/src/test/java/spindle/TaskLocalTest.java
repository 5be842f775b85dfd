package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.NoSuchElementException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Values that each task has for itself: Python's contextvars. What callbacks see of them is in
/// [TaskLocalCallbackTest].
@OnBothEngines
class TaskLocalTest {
    private static final TaskLocal<String> USER = TaskLocal.withDefault("user", "nobody");

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();

    TaskLocalTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- The value ---

    @Test
    void withoutAValueItSaysSo() throws Exception {
        TaskLocal<String> unset = TaskLocal.named("unset");

        loops.run(() -> {
            assertThat(unset.isSet()).isFalse();
            assertThat(unset.orElse("other")).isEqualTo("other");
            assertThatExceptionOfType(NoSuchElementException.class)
                    .isThrownBy(unset::get)
                    .withMessage("task-local 'unset' has no value here:"
                            + " set it, or create it with a default");
        });
    }

    @Test
    void defaultIsThereUntilItIsSet() throws Exception {
        loops.run(() -> {
            assertThat(USER.get()).isEqualTo("nobody");
            assertThat(USER.orElse("other")).isEqualTo("nobody");
            assertThat(USER.isSet()).isFalse();

            USER.set("ann");

            assertThat(USER.get()).isEqualTo("ann");
            assertThat(USER.orElse("other")).isEqualTo("ann");
            assertThat(USER.isSet()).isTrue();
        });
    }

    @Test
    void twoOfOneNameAreTwo() throws Exception {
        TaskLocal<String> another = TaskLocal.withDefault("user", "another nobody");

        loops.run(() -> {
            USER.set("ann");
            assertThat(another.get()).isEqualTo("another nobody");
        });
    }

    @Test
    void valueSurvivesAwaitsWhileOtherTasksHaveTheirs() throws Exception {
        loops.run(() -> {
            Coroutine<String> work = () -> {
                await(sleep(Duration.ofMillis(1)));
                return USER.get();
            };
            Task<String> ann = createTask(() -> {
                USER.set("ann");
                return await(work) + await(work);
            });
            Task<String> bob = createTask(() -> {
                USER.set("bob");
                return await(work) + await(work);
            });
            assertThat(await(gather(ann, bob))).containsExactly("annann", "bobbob");
            assertThat(USER.get()).isEqualTo("nobody");
        });
    }

    // --- Tokens ---

    @Test
    void tokenPutsTheEarlierValueBack() throws Exception {
        loops.run(() -> {
            try (var _ = USER.set("ann")) {
                try (var _ = USER.set("bob")) {
                    await(sleep(Duration.ofMillis(1)));
                    assertThat(USER.get()).isEqualTo("bob");
                }
                assertThat(USER.get()).isEqualTo("ann");
            }
            assertThat(USER.isSet()).isFalse();
        });
    }

    /// As `ContextVar.reset`: each token knows the value before its own set, whatever came
    /// since.
    @Test
    void tokensClosedOutOfOrderPutBackWhatEachHadFound() throws Exception {
        loops.run(() -> {
            TaskLocal<String>.Token first = USER.set("ann");
            TaskLocal<String>.Token second = USER.set("bob");

            first.close();
            assertThat(USER.isSet()).isFalse();
            second.close();
            assertThat(USER.get()).isEqualTo("ann");
        });
    }

    @Test
    void tokenThatIsClosedTwiceDoesNothing() throws Exception {
        loops.run(() -> {
            TaskLocal<String>.Token token = USER.set("ann");
            token.close();
            USER.set("bob");
            token.close();
            assertThat(USER.get()).isEqualTo("bob");
        });
    }

    @Test
    void tokenLeavesOtherTaskLocalsAlone() throws Exception {
        TaskLocal<Integer> request = TaskLocal.named("request");

        loops.run(() -> {
            try (var _ = USER.set("ann")) {
                request.set(7);
            }
            assertThat(request.get()).isEqualTo(7);
        });
    }

    // --- Tasks ---

    @Test
    void taskBeginsWithWhatWasSetWhereItWasCreated() throws Exception {
        loops.run(() -> {
            Task<String> task;
            try (var _ = USER.set("ann")) {
                task = createTask(() -> USER.get());
            }
            USER.set("bob");
            assertThat(await(task)).isEqualTo("ann");
        });
    }

    @Test
    void whatATaskSetsItsCreatorDoesNotSee() throws Exception {
        loops.run(() -> {
            await(createTask(() -> {
                USER.set("child");
                await(createTask(() -> {
                    assertThat(USER.get()).isEqualTo("child");
                    USER.set("grandchild");
                }));
                assertThat(USER.get()).isEqualTo("child");
            }));
            assertThat(USER.isSet()).isFalse();
        });
    }

    @Test
    void awaitOfACoroutineRunsInTheSameContext() throws Exception {
        loops.run(() -> {
            await(() -> {
                USER.set("ann");
            });
            assertThat(USER.get()).isEqualTo("ann");
            await(failAfter(Duration.ofSeconds(1), () -> {
                USER.set("bob");
            }));
            assertThat(USER.get()).isEqualTo("bob");
        });
    }

    @Test
    void whatATaskSetsIsStillSetWhileItIsCancelled() throws Exception {
        loops.run(() -> {
            Task<?> task = createTask(() -> {
                USER.set("ann");
                try {
                    await(sleep(Duration.ofHours(1)));
                } finally {
                    yieldNow();
                    recorder.record(USER.get());
                }
            });
            yieldNow();
            task.cancel();
            assertThatThrownBy(() -> await(task)).isInstanceOf(CancelledError.class);
        });

        assertThat(recorder.events()).containsExactly("ann");
    }

    // --- Other threads ---

    @Test
    void blockingCallSeesACopy() throws Exception {
        loops.run(() -> {
            USER.set("ann");
            String seen = await(runBlocking(() -> {
                String user = USER.get();
                USER.set("thread");
                return user;
            }));
            assertThat(seen).isEqualTo("ann");
            assertThat(USER.get()).isEqualTo("ann");
        });
    }

    @Test
    void valuesOfAnExecutorsThreadAreItsOwnAgainAfterTheCall() throws Exception {
        try (var executor = Executors.newSingleThreadExecutor()) {
            loops.run(() -> {
                USER.set("ann");
                assertThat(await(runBlocking(executor, () -> USER.get()))).isEqualTo("ann");
            });
            assertThat(executor.submit(() -> USER.get()).get(10, TimeUnit.SECONDS))
                    .isEqualTo("nobody");
        }
    }

    @Test
    void coroutineOfAnotherThreadSeesThatThreadsValues() throws Exception {
        EventLoop loop = loops.openReal();
        USER.set("loop's thread");
        Thread other = Thread.ofPlatform().start(() -> {
            USER.set("other thread");
            var _ = loop.runCoroutineThreadsafe(() -> {
                recorder.record(USER.get());
                loop.stop();
                return null;
            });
        });
        loop.runForever();
        other.join();

        assertThat(recorder.events()).containsExactly("other thread");
    }

    // --- Outside a loop, and from run to run ---

    @Test
    void outsideALoopValuesAreTheThreadsAndARunBeginsWithThem() throws Exception {
        try (var _ = USER.set("thread")) {
            loops.run(() -> {
                recorder.record(USER.get());
                USER.set("main");
            });
            recorder.record(USER.get());
        }
        recorder.record(USER.get());

        assertThat(recorder.events()).containsExactly("thread", "thread", "nobody");
    }

    @Test
    void runnersNextRunSeesWhatTheLastOneSet() throws Exception {
        try (Runner runner = Runner.open(loops.builder())) {
            runner.run(() -> {
                USER.set("first run");
            });
            assertThat(USER.isSet()).isFalse();
            assertThatThrownBy(() -> runner.run(() -> {
                        recorder.record(USER.get());
                        USER.set("second run, that fails");
                        throw new IOException("no luck");
                    }))
                    .isInstanceOf(IOException.class);
            runner.run(() -> recorder.record(USER.get()));
        }

        assertThat(recorder.events()).containsExactly("first run", "second run, that fails");
    }

    // --- All together ---

    @Test
    void contextIsASnapshotThatShowsItsValuesByName() throws Exception {
        loops.run(() -> {
            assertThat(TaskLocal.copyContext()).hasToString("{}");
            USER.set("ann");
            Context context = TaskLocal.copyContext();
            USER.set("bob");
            assertThat(context).hasToString("{user=ann}");
            assertThat(USER).hasToString("user");
        });
    }

    @Test
    void callWithRunsSomethingInAContextAndForgetsWhatItSets() throws Exception {
        loops.run(() -> {
            USER.set("ann");
            Context context = TaskLocal.copyContext();
            USER.set("bob");

            String seen = TaskLocal.callWith(context, () -> {
                String before = USER.get();
                USER.set("forgotten");
                await(sleep(Duration.ofMillis(1)));
                return before + ", " + USER.get();
            });

            assertThat(seen).isEqualTo("ann, forgotten");
            assertThat(USER.get()).isEqualTo("bob");
            assertThat(context).hasToString("{user=ann}");
        });
    }

    @Test
    void callWithThatFailsPutsTheContextBack() throws Exception {
        Context context = TaskLocal.copyContext();
        IOException failure = new IOException("no luck");

        loops.run(() -> {
            USER.set("ann");
            assertThatThrownBy(() -> TaskLocal.callWith(context, () -> {
                        throw failure;
                    }))
                    .isSameAs(failure);
            assertThat(USER.get()).isEqualTo("ann");
        });
    }
}
