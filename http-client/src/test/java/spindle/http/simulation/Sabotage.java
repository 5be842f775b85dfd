package spindle.http.simulation;

/// What is broken on purpose in a simulation, to see whether it is noticed.
enum Sabotage {
    NONE,
    /// A server answers with what it made for the request before.
    SWAPPED_ANSWERS,
    /// What arrives is not what the server says that it sent.
    WRONG_BODIES,
    /// A request takes longer than it may.
    OVERTIME,
    /// A request never ends.
    HANG,
    /// A request fails with an exception of no type in particular.
    UNTYPED_ERROR,
    /// A connection is left open.
    OPEN_CONNECTION,
    /// A task is left running.
    RUNNING_TASK,
    /// A timer is left set.
    TIMER,
    /// A response is neither read nor closed, and has no limit of time.
    HELD_SLOT,
    /// A callback throws.
    THROWING_CALLBACK,
    /// Something depends on the time of day.
    CHANCE
}
