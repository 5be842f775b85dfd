package spindle.testing;

import org.junit.jupiter.api.TestTemplate;
import org.junit.jupiter.api.extension.ExtendWith;

import spindle.CoroutineEngine;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A JUnit test whose method is a coroutine: it runs in a fresh loop as [Testing] describes, and
/// fails if it leaves something behind.
///
/// ```java
/// @LoopTest
/// void slowPeersAreGivenUp() throws Exception {
///     assertThatThrownBy(() -> await(failAfter(Duration.ofSeconds(5), this::fetch)))
///             .isInstanceOf(TimeoutException.class);
/// }
///
/// @LoopTest(seeds = 1000)
/// void nothingIsLostWhateverRunsFirst() throws Exception { ... }
/// ```
///
/// The method may have parameters of the types [AutoJumpClock] (or [ManualClock]), the loop's
/// clock, and [ReportedFailures], what the loop has reported: a test takes from it what it expects.
/// Methods such as `@BeforeEach` run as usual, outside the loop. The test's own thread is the
/// loop's: what JUnit or a mocking library keeps in a [ThreadLocal] is not there.
///
/// Next: [LoopExtension].
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@TestTemplate
@ExtendWith(LoopExtension.class)
@SuppressWarnings("exports") // Who uses JUnit has JUnit.
public @interface LoopTest {
    /// In how many orders of ready tasks the test runs, each with a test instance of its own; 0
    /// runs it once, in the order in which they became ready. A failed test has the seed in its
    /// name; with `-Dspindle.seed=` and that seed, such tests run in that order alone.
    int seeds() default 0;

    /// The engines on which the test runs; the JVM's best one, if none are given. An engine that
    /// the JVM does not allow is skipped.
    CoroutineEngine[] engines() default {};
}
