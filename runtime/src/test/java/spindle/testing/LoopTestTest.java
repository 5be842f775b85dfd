package spindle.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.gather;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/// Tests that are coroutines, run by JUnit from within this test.
class LoopTestTest {
    private static final List<Object> EVENTS = new ArrayList<>();

    @BeforeEach
    void forgetEvents() {
        EVENTS.clear();
    }

    @AfterEach
    void forgetTheSeed() {
        System.clearProperty(Testing.SEED_PROPERTY);
    }

    @Test
    void methodIsACoroutineInALoopOfItsOwn() {
        assertThat(run(Passing.class)).allMatch(LoopTestTest::passed);
        assertThat(EVENTS).containsExactly("before each", "ran in a task");
    }

    static final class Passing {
        @BeforeEach
        void beforeEach() {
            EVENTS.add("before each");
        }

        @LoopTest
        void runsInATask() throws Exception {
            await(sleep(Duration.ofDays(1)));
            assertThat(currentTask().isDone()).isFalse();
            EVENTS.add("ran in a task");
        }
    }

    @Test
    void runsOnEachEngineThatIsNamed() {
        Map<String, TestExecutionResult> results = runNamed(OnTwoEngines.class);

        assertThat(results.values()).allMatch(LoopTestTest::passed);
        assertThat(results.keySet())
                .containsExactlyElementsOf(Stream.of(CoroutineEngine.values())
                        .filter(CoroutineEngine::isAvailable)
                        .map(CoroutineEngine::name)
                        .toList());
        assertThat(EVENTS).hasSameSizeAs(results.keySet());
    }

    static final class OnTwoEngines {
        @LoopTest(engines = {CoroutineEngine.LOOP_CARRIED, CoroutineEngine.HANDOFF})
        void runs() {
            EVENTS.add(currentTask());
        }
    }

    @Test
    void parametersAreTheLoopsOwn() {
        assertThat(run(WithParameters.class)).allMatch(LoopTestTest::passed);
        assertThat(EVENTS).containsExactly("PT1H", "in a callback");
    }

    static final class WithParameters {
        @LoopTest
        void takes(AutoJumpClock clock, ManualClock same, ReportedFailures reports)
                throws Exception {
            assertThat(same).isSameAs(clock);
            await(sleep(Duration.ofHours(1)));
            EVENTS.add(Duration.ofNanos(clock.nanoTime()).toString());
            EventLoop.current().callSoon(() -> {
                throw new IllegalStateException("in a callback");
            });
            yieldNow();
            assertThat(reports.takeOnly().exception()).hasMessage("in a callback");
            EVENTS.add("in a callback");
        }
    }

    @Test
    void leakFailsTheTest() {
        assertThat(run(Leaking.class)).singleElement().satisfies(result -> {
            assertThat(result.getStatus()).isEqualTo(TestExecutionResult.Status.FAILED);
            assertThat(result.getThrowable().orElseThrow())
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("task was still pending at the end of the test")
                    .hasMessageContaining("LoopTestTest$Leaking.leaves(LoopTestTest.java:");
        });
    }

    static final class Leaking {
        @LoopTest
        void leaves() {
            EVENTS.add(createTask(() -> await(sleep(Duration.ofDays(1)))));
        }
    }

    @Test
    void failureIsThrownAsItIs() {
        assertThat(run(Failing.class))
                .singleElement()
                .satisfies(result -> assertThat(result.getThrowable().orElseThrow())
                        .isInstanceOf(TimeoutException.class));
    }

    static final class Failing {
        @LoopTest
        void timesOut() throws Exception {
            await(failAfter(Duration.ofSeconds(1), sleep(Duration.ofSeconds(2))));
        }
    }

    // --- Seeds ---

    @Test
    void testRunsOncePerSeedAndNamesThem() {
        Map<String, TestExecutionResult> results = runNamed(Seeded.class);

        assertThat(results).hasSize(10);
        assertThat(results.keySet())
                .allMatch(
                        name -> name.matches(
                                "(LOOP_CARRIED|HANDOFF), with seed \\d+ \\(again with -Dspindle\\.seed=\\d+\\)"));
        assertThat(results.values().stream().filter(LoopTestTest::passed).count())
                .as("orders in which the first came first, of ten")
                .isBetween(1L, 9L);
    }

    @Test
    void seedOfTheNameFailsAgain() {
        Map<String, TestExecutionResult> results = runNamed(Seeded.class);
        String failed = results.entrySet().stream()
                .filter(result -> !passed(result.getValue()))
                .findFirst()
                .orElseThrow()
                .getKey();
        String seed = failed.replaceAll(".*seed=(\\d+)\\)", "$1");

        System.setProperty(Testing.SEED_PROPERTY, seed);
        Map<String, TestExecutionResult> again = runNamed(Seeded.class);

        assertThat(again).containsOnlyKeys(failed);
        assertThat(again.values()).noneMatch(LoopTestTest::passed);
    }

    static final class Seeded {
        @LoopTest(seeds = 10)
        void firstIsAlwaysFirst() throws Exception {
            List<String> order = new ArrayList<>();
            await(gather(recording(order, "first"), recording(order, "second")));
            assertThat(order).containsExactly("first", "second");
        }

        private static Coroutine<Boolean> recording(List<String> order, String name) {
            return () -> order.add(name);
        }
    }

    // --- Running JUnit ---

    private static boolean passed(TestExecutionResult result) {
        return result.getStatus() == TestExecutionResult.Status.SUCCESSFUL;
    }

    private static List<TestExecutionResult> run(Class<?> tests) {
        return List.copyOf(runNamed(tests).values());
    }

    private static Map<String, TestExecutionResult> runNamed(Class<?> tests) {
        Map<String, TestExecutionResult> results = new LinkedHashMap<>();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selectClass(tests))
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(
                                    TestIdentifier test, TestExecutionResult result) {
                                if (test.isTest()) {
                                    results.put(test.getDisplayName(), result);
                                }
                            }
                        });
        assertThat(results).as("tests that ran").isNotEmpty();
        return results;
    }
}
