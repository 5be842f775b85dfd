package spindle;

/// One coroutine's stack, and the switch between it and the loop.
///
/// The loop calls [#resume()], and gets control back when the coroutine calls [#suspend()] or
/// ends. In between, nothing else of the loop runs, whichever engine does it; that is the
/// promise which the rest of the core is built on. If the coroutine blocks instead (a sleep, a
/// blocking socket, a contended lock), `resume` does not return until it is done with that: the
/// loop stalls, as asyncio's would; a [BlockingPolicy] can make it otherwise.
///
/// Each coroutine has a virtual thread of its own, so thread-locals, scoped values, thread
/// dumps and debuggers simply work. How control goes over to that thread and back is the
/// engine's business: see [CoroutineEngine].
///
/// Next: [LoopCarriedSuspension].
abstract sealed class Suspension permits LoopCarriedSuspension, HandoffSuspension {
    /// Runs the coroutine until it suspends or ends. Called on the loop's thread.
    abstract void resume();

    /// Gives control back to the loop until it calls [#resume()] again. Called by the
    /// coroutine.
    ///
    /// @return false, at once, if the stack cannot be parked as it is now
    abstract boolean suspend();

    /// Called by the coroutine, last of all: it is about to end.
    abstract void ending();

    /// Returns whether the coroutine has blocked and the loop did not wait for it: then it goes
    /// on with the next [#resume()] after it may.
    abstract boolean isBlocked();

    /// Returns the thread that the coroutine runs on.
    abstract Thread thread();
}
