package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// What has come of waiting for several futures: which are done, and which are not.
///
/// Next: [WaitSet].
///
/// @param done those that have ended, however they did; asking each for its result is up to you
/// @param pending the others: still running, none was cancelled
public record Waited<T extends @Nullable Object>(Set<Future<T>> done, Set<Future<T>> pending) {}
