/// For tests of programs that run in a loop: clocks that tests own, schedules decided by a seed,
/// and a check that nothing is left behind.
///
/// With JUnit, [LoopTest] is all that a test needs. [Testing] is the same for any other framework.
/// To read them: [ManualClock] first; then [Testing], which shows how the parts work together.
@NullMarked
package spindle.testing;

import org.jspecify.annotations.NullMarked;
