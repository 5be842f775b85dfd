package spindle.benchmarks;

/// The figures of `benchmarks/run moves`: what is measured, in which unit, what other programs
/// call it, and what it should come to at the most.
enum Figure {
    SLEEP_ZERO("sleep(0)", "ns", "sleep(0) ns", 250),
    CREATE_AND_AWAIT("create a task, await it", "ns", "create+await task ns", 700),
    AWAIT_FUTURE("await a future that a callback completes", "ns", "", Double.NaN),
    CALL_SOON("callSoon that schedules the next", "ns", "call_soon chain ns", 30),
    CALL_LATER("callLater and cancel, 200 000 pending", "ns", "call_later+cancel ns", 120),
    SLEEPER("a sleeping task, of 100 000: heap", "B", "sleeping task B", 1100),
    MILLION_SLEEPERS("a million sleeping tasks: heap", "MB", "", 1200),
    MILLION_TIMERS("a million timeouts, 1000 at a time: each", "ns", "", 120),
    MILLION_TIMERS_QUEUE("  the longest queue", "", "", 2200),
    MILLION_TIMERS_HEAP("  heap afterwards", "MB", "", Double.NaN);

    final String title;
    final String unit;

    /// Empty if only we measure it.
    final String nameElsewhere;

    /// Not a number if there is none.
    final double target;

    Figure(String title, String unit, String nameElsewhere, double target) {
        this.title = title;
        this.unit = unit;
        this.nameElsewhere = nameElsewhere;
        this.target = target;
    }
}
