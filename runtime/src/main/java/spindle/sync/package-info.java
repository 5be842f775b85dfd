/// What tasks share: locks, events, semaphores, barriers, queues and channels.
///
/// None of them is for threads: the tasks of one loop take turns, so whatever one of them does
/// between two awaits is atomic for the others already. What these are for is the time *across*
/// awaits.
///
/// They have a few rules in common. First come, first served: nobody who comes later overtakes a
/// task that has been woken and has not run yet. A wait that is cancelled, or that ends by any
/// other throwable, leaves nothing behind: its place in line goes to the next, and so does a
/// wake-up that had reached it already. Each belongs to the loop in which a task first had to
/// wait for it; any other loop is refused.
///
/// To read them: [Line] is what all of them are made of; then [Lock], [Semaphore] and [Queue] are
/// short.
package spindle.sync;
