package spindle.http.simulation;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.testing.NetworkConditions;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who asked what, who answered what, and who got what, when: and what of that may not be.
final class Ledger {
    /// Within which a call ends once its peer has closed the connection.
    private static final long CLOSED_NANOS = Duration.ofSeconds(3).toNanos();

    /// What the clock of a timer may be late.
    private static final long SLACK_NANOS = Duration.ofMillis(1).toNanos();

    private static final int FULL_BUFFER = 64 * 1024;

    /// A request on a connection.
    private record Visit(int request, int connection) {}

    /// An answer that somebody got.
    private record Receipt(Answer answer, int request) {}

    /// One call of the client by a program.
    private record Call(int request, String what, long begin, long end) {}

    // fixed at construction
    private final EventLoop loop;
    private final Trace trace;
    private final long travelNanos;
    private final boolean knowsArrivals;
    private final boolean retries;
    private final boolean closesArrive;

    // changes while running
    private final List<Answer> answers = new ArrayList<>();
    private final Map<Visit, Long> arrivals = new HashMap<>();
    private final Map<Integer, Long> starts = new HashMap<>();
    private final Map<Integer, Long> closes = new HashMap<>();

    /// Connections on which an answer was sent that nobody had asked for: whoever asks next before
    /// it has arrived cannot tell.
    private final Set<Integer> dishonest = new HashSet<>();

    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Call> calls = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();

    /// @param retries whether a request may go on elsewhere when its peer has closed
    Ledger(EventLoop loop, Trace trace, NetworkConditions conditions, boolean retries) {
        this.loop = loop;
        this.trace = trace;
        this.travelNanos = conditions.latency().plus(conditions.jitter()).toNanos();
        this.knowsArrivals =
                conditions.bytesPerSecond() == 0 && conditions.faults().cuts() == 0;
        this.closesArrive =
                conditions.sendBuffer() >= FULL_BUFFER && conditions.receiveBuffer() >= FULL_BUFFER;
        this.retries = retries;
    }

    void note(String what) {
        trace.add(loop.time(), what);
    }

    void violation(String what) {
        note("VIOLATION: " + what);
        violations.add(what);
    }

    // --- The servers' side ---

    Answer newAnswer(int request, LyingConnection peer) {
        Answer answer = new Answer(answers.size(), request, peer.number());
        answers.add(answer);
        return answer;
    }

    /// @param began when its first byte arrived
    void requestArrived(LyingConnection peer, ArrivingRequest request, long began) {
        note("connection " + peer.number() + " takes " + request.method() + " of request "
                + request.id());
        arrivals.put(new Visit(request.id(), peer.number()), began);
        closes.remove(request.id()); // It has gone on here.
    }

    void requestComplete(ArrivingRequest request) {
        if (!request.isBodyAsSaid()) {
            violation("the body of request " + request.id() + " arrived changed");
        }
    }

    void answerBegins(Answer answer) {
        note("begins " + answer);
        answer.sentAt = loop.time();
        if (answer.request == Answer.NOBODY) {
            dishonest.add(answer.connection);
        }
    }

    /// The peer of a request's first connection closes it.
    void serverCloses(ArrivingRequest request) {
        if (knowsArrivals && closesArrive && !retries) {
            closes.put(request.id(), loop.time() + travelNanos);
        }
    }

    // --- The client's side ---

    void started(int request) {
        starts.put(request, loop.time());
    }

    /// A call of the client has returned or thrown.
    ///
    /// @param deadline when its time was up
    void called(int request, String what, long begin, long deadline) {
        long now = loop.time();
        calls.add(new Call(request, what, begin, now));
        if (now - Math.max(begin, deadline) > SLACK_NANOS) {
            violation("request " + request + ": " + what + " ended "
                    + Duration.ofNanos(now - Math.max(begin, deadline)) + " after its time was up");
        }
    }

    /// A program has a response; returns the answer that it is.
    @Nullable
    Answer got(int request, @Nullable String marker) {
        if (marker == null || !marker.matches("[0-9]+")) {
            violation("request " + request + " got an answer that nobody sent, marked " + marker);
            return null;
        }
        Answer answer = answers.get(Integer.parseInt(marker));
        note("request " + request + " gets " + answer);
        receipts.add(new Receipt(answer, request));
        return answer;
    }

    /// A program has read a body to its end.
    void read(int request, Answer answer, byte[] body) {
        boolean right = switch (answer.truth) {
            case WHOLE -> Arrays.equals(body, answer.body);
            case PREFIX -> startsWith(answer.body, body);
            case BROKEN -> false;
            case ANY -> true;
        };
        note("request " + request + " has read " + body.length + " bytes");
        // What was made for another request is looked into as such.
        if (!right && answer.request == request) {
            violation("request " + request + " has read " + body.length + " bytes to their end of "
                    + answer);
        }
    }

    private static boolean startsWith(byte[] whole, byte[] part) {
        return part.length <= whole.length
                && Arrays.equals(part, 0, part.length, whole, 0, part.length);
    }

    // --- Afterwards ---

    /// Returns what may not be, if anything.
    List<String> violations() {
        receipts.forEach(this::checkReceipt);
        calls.forEach(this::checkCall);
        return violations;
    }

    /// What if the answer had not arrived yet when the request went out? Then it came from a server
    /// that had sent one too many on this connection, and nobody can tell.
    private void checkReceipt(Receipt receipt) {
        Answer answer = receipt.answer();
        if (answer.request == receipt.request()) {
            return;
        }
        Long arrival = arrivals.get(new Visit(receipt.request(), answer.connection));
        long sent = arrival == null
                ? starts.getOrDefault(receipt.request(), 0L)
                : arrival - travelNanos;
        boolean couldBeSeen = knowsArrivals && answer.sentAt + travelNanos < sent;
        if (couldBeSeen || !dishonest.contains(answer.connection)) {
            violation("request " + receipt.request() + " got " + answer);
        }
    }

    private void checkCall(Call call) {
        Long closed = closes.get(call.request());
        if (closed != null && call.end() > Math.max(call.begin(), closed) + CLOSED_NANOS) {
            violation("request " + call.request() + ": " + call.what() + " ended "
                    + Duration.ofNanos(call.end() - closed) + " after its peer had closed");
        }
    }
}
