/// The core: the event loop, and the futures, coroutines and tasks that run on it.
///
/// > A loop runs callbacks. A future is a promise to schedule some. A task is a callback that
/// > resumes a coroutine.
///
/// ```
///  your coroutine        the loop, on its one thread               the world
///
///  await(future) ──────► waits in the future's list
///        ▲                       │ the future is done
///        │                       ▼
///        └───── resumed ◄── ready queue ◄──┬── timers that are due
///                        one turn: poll,   ├── channels that are ready ◄── sockets
///                        then run these    └── callSoonThreadsafe ◄─────── other threads
/// ```
///
/// # In asyncio's words
///
/// | there | here |
/// |---|---|
/// | `loop.call_soon`, `call_later`, `call_at` | [spindle.EventLoop#callSoon],
/// [spindle.EventLoop#callLater], [spindle.EventLoop#callAt] |
/// | one iteration, `_run_once` | a turn, `Turn` |
/// | `Handle`, `TimerHandle` | the same |
/// | selector | `Poller`: `Selector` is always the JDK's |
/// | coroutine, `async def` | [spindle.Coroutine]: a value that does nothing until it is awaited |
/// | `await` | [spindle.Async#await(Coroutine)], the only place where a coroutine is suspended |
/// | `create_task`, `ensure_future`, `gather`, `wait_for`, `shield`, `run` | the same in
/// [spindle.Async] |
/// | `ContextVar`, `copy_context` | [spindle.TaskLocal], [spindle.Context] |
/// | exception handler, its `context` | [spindle.ExceptionHandler], its `Context` |
///
/// # To read it
///
/// A class knows only those before it; each names the next. On a first pass skip what is in
/// parentheses: it answers *how*, and not *what*.
///
/// 1. `Clock` (`CodeSite`, `Origin`), `ExceptionHandler`: time; who hears of failures
/// 2. `Context`, `Handle` (`ThreadsafeHandle`, `Deadlines`), `TimerHandle`, `TimerQueue`: a
///    callback, now and later
/// 3. `Poller` (`SelectorPoller`): waiting for channels
/// 4. `CancelledError`, `InvalidStateException`, `Outcome` (`UnretrievedFailures`, `Bridges`): how
///    things end
/// 5. `Scheduler` (`RunningLoops`), `TaskLocal`, `Awaitable`, `Future`: a result that comes later
/// 6. `Coroutine` (`AsyncIterator`, `AwaitedElements`, `Inheritance`): what is to be computed
/// 7. `BlockingPolicy`, `Suspension` (`LoopCarriedSuspension`), `HandoffSuspension`,
///    `CoroutineEngine`: how a stack is parked
/// 8. (`AwaitTrace`, `Interruption`) `Task` (`LoopObserver`, `DeadlockException`, `Observers`),
///    `Tasks`: a coroutine that drives itself
/// 9. `Arrivals` (`LoopResources`, `SeededOrder`, `SlowCallbacks`, `BlockingCalls`,
///    `LoopStatistics`), `Turn` (`LeakReport`, `UnclosedLoops`, `StopWhenDone`), `EventLoop`: the
///    turn; begin with `Turn.run()`
/// 10. `Alarm`, `Sleep`, `BlockingCall`, `Timeout`, `TaskGroupException`, `TaskGroup`,
///    `GatheringFuture`, `Waited`, `WaitSet`, `AsCompleted`, `ParallelMap`, `Shield`: the words of
///    a program
/// 11. (`SystemSignal`, `InterruptSignal`, `KeyboardInterrupt`) `Runner`, `Async`: its beginning
///    and its end
package spindle;
