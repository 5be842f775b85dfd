/// For tests of programs that run in a loop: clocks that tests own, schedules decided by a seed,
/// a network in memory, and a check that nothing is left behind.
///
/// With JUnit, [LoopTest] is all that a test needs. [Testing] is the same for any other framework.
/// To read them: [ManualClock] first; then [Testing], which shows how the parts work together.
/// The network is [SimulatedNetwork], with its [NetworkConditions].
@NullMarked
package spindle.testing;

import org.jspecify.annotations.NullMarked;
