package spindle;

import java.util.OptionalLong;

/// How things stand in a loop at one moment: what [EventLoop#statistics()] returns. What a loop
/// does over time, a [LoopObserver] is told.
///
/// Next: [Turn].
///
/// @param tasks how many are not done
/// @param ready how many callbacks the next turn is to run, as far as is known
/// @param timers how many the queue holds, cancelled ones included that it has not dropped yet
/// @param watchers how many handles watch a channel, for reading or for writing
/// @param blockingCalls how many calls are under way on other threads
/// @param nanosToNextTimer how long until the next timer is due; not positive if it is, empty if
///     none is set
public record LoopStatistics(
        int tasks,
        int ready,
        int timers,
        int watchers,
        int blockingCalls,
        OptionalLong nanosToNextTimer) {}
