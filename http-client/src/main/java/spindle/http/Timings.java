package spindle.http;

import java.time.Duration;

/// How long a request has taken, phase by phase. The phases are those of the attempt that led to
/// the response or the failure, however many others there were, even at the same time; what did not
/// happen took no time.
///
/// @param poolWait waiting in line for a connection
/// @param dns finding the addresses of the host
/// @param connect making the connection, through a proxy its tunnel too
/// @param tls agreeing on TLS
/// @param write sending the request
/// @param firstByte from the end of that to the end of the response's head
/// @param body from there to the last byte of the body, or until now
/// @param total from the call until the end, or until now: redirects and earlier attempts
///     included
/// @param reused whether the connection had served before
/// @param attempts how many times a request had gone out with this one, redirects included
public record Timings(
        Duration poolWait,
        Duration dns,
        Duration connect,
        Duration tls,
        Duration write,
        Duration firstByte,
        Duration body,
        Duration total,
        boolean reused,
        int attempts) {

    /// Returns the time that one phase has taken.
    public Duration of(Phase phase) {
        return switch (phase) {
            case POOL_WAIT -> poolWait;
            case DNS -> dns;
            case CONNECT -> connect;
            case TLS -> tls;
            case WRITE -> write;
            case FIRST_BYTE -> firstByte;
            case BODY -> body;
        };
    }

    /// Returns a form such as `dns 1.2 ms, connect 0.4 ms, write 0.1 ms, firstByte 299.5 ms, total
    /// 301.3 ms`; phases that took no time are left out.
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        for (Phase phase : Phase.values()) {
            append(text, phase.label(), of(phase));
        }
        return text + "total " + millis(total);
    }

    private static void append(StringBuilder text, String name, Duration time) {
        if (!time.isZero()) {
            text.append(name).append(' ').append(millis(time)).append(", ");
        }
    }

    private static String millis(Duration time) {
        long tenths = (time.toNanos() + 50_000) / 100_000;
        return tenths / 10 + "." + tenths % 10 + " ms";
    }
}
