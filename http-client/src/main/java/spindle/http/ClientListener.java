package spindle.http;

/// Is told what a session does, step by step: for logs, metrics and traces.
///
/// Called on the loop's thread, in the middle of things: be quick, and start no requests. What it
/// throws goes to the loop's exception handler, and the request goes on. A session without
/// listeners makes no events.
@FunctionalInterface
public interface ClientListener {
    /// Called when something has happened.
    void happened(ClientEvent event);
}
