package spindle.http.simulation;

import java.time.Duration;

/// One step of what a [LyingServer] does about a request.
sealed interface Step {
    /// What follows belongs to this answer.
    record Begin(Answer answer) implements Step {}

    @SuppressWarnings("ArrayRecordComponent") // Nobody compares steps.
    record Say(byte[] bytes) implements Step {}

    record Wait(Duration time) implements Step {}

    /// Waits until the request has arrived to its end.
    record AwaitRequest() implements Step {}

    /// Reads nothing any more.
    record Deafen() implements Step {}

    record Listen() implements Step {}

    /// Ends its own direction, and goes on reading.
    record End() implements Step {}

    record Close() implements Step {}

    record Reset() implements Step {}

    /// Does nothing more, for ever.
    record Stall() implements Step {}
}
