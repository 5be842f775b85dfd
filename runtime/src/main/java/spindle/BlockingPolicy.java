package spindle;

/// What a loop does when one of its coroutines blocks its thread instead of awaiting: sleeps,
/// reads a blocking socket, waits for a contended lock.
///
/// Next: [Suspension].
public enum BlockingPolicy {
    /// The loop waits for the coroutine, and nothing else runs meanwhile, as in asyncio. So
    /// between two awaits nothing else of the loop ever runs.
    STALLS,

    /// The coroutine alone waits, and the others go on, as if it had awaited. Code that runs
    /// between two awaits is then on its own only as long as it does not block. Needs
    /// [CoroutineEngine#LOOP_CARRIED].
    ///
    /// Not everything that blocks lets go of its thread: a native method and most file access do
    /// not, and stall the loop even so.
    SUSPENDS_TASK
}
