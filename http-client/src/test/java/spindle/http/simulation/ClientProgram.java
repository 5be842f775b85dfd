package spindle.http.simulation;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.sleep;

import org.jspecify.annotations.Nullable;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.EventLoop;
import spindle.http.ClientException;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;
import spindle.http.ClientTimeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// One request of a simulation, and what a program does with its response.
final class ClientProgram {
    /// How a program reads a body.
    private enum Reading {
        WHOLE,
        TEXT,
        PIECES,
        SLOW_PIECES,
        LINES,
        DISCARD,
        ONE_PIECE,
        CLOSE,
        FORGET
    }

    // fixed at construction
    private final int id;
    private final Dice dice;
    private final EventLoop loop;
    private final Ledger ledger;
    private final ClientSession session;
    private final SampleRequest sample;
    private final ClientTimeout timeout;
    private final Reading reading;
    private final boolean decompresses;

    // changes while running
    private long deadline = Long.MAX_VALUE;
    private boolean cancelled;
    private boolean sessionClosed;
    private boolean succeeded;

    /// @param calm whether everything is to go well
    ClientProgram(
            int id,
            Dice dice,
            EventLoop loop,
            Ledger ledger,
            ClientSession session,
            String host,
            boolean calm) {
        this.id = id;
        this.dice = dice;
        this.loop = loop;
        this.ledger = ledger;
        this.session = session;
        this.sample = new SampleRequest(id, host, dice, calm);
        this.timeout = calm ? ClientTimeout.none() : anyTimeout();
        this.decompresses = !dice.oneIn(10);
        this.reading = anyReading(calm);
    }

    private ClientTimeout anyTimeout() {
        Duration some = Duration.ofMillis(1 + dice.size(30_000));
        ClientTimeout limited = ClientTimeout.none().withTotal(some.plusMillis(20));
        return switch (dice.below(10)) {
            case 0, 1 -> ClientTimeout.none();
            case 2 -> limited.withPoolWait(some);
            case 3 -> limited.withConnect(some).withDns(some);
            case 4 -> limited.withFirstByte(some);
            case 5 -> limited.withBetweenBytes(some);
            case 6 -> limited.withWrite(some);
            default -> limited;
        };
    }

    private Reading anyReading(boolean calm) {
        return switch (dice.below(12)) {
            case 0, 1, 2, 3 -> Reading.WHOLE;
            case 4 -> Reading.TEXT;
            case 5 -> Reading.LINES;
            case 6, 7 -> Reading.PIECES;
            case 8 -> Reading.SLOW_PIECES;
            case 9 -> Reading.DISCARD;
            case 10 -> dice.oneIn(2) ? Reading.ONE_PIECE : Reading.CLOSE;
            // Without a limit of time nothing would give the connection back.
            default -> calm || timeout.total().isZero() ? Reading.PIECES : Reading.FORGET;
        };
    }

    int id() {
        return id;
    }

    /// Returns whether its response may be found forgotten.
    boolean mayForget() {
        return reading == Reading.FORGET;
    }

    boolean hasBrokenBody() {
        return sample.isBodyBroken();
    }

    boolean hasSucceeded() {
        return succeeded;
    }

    /// Says that the program's task is about to be cancelled.
    void expectCancel() {
        cancelled = true;
    }

    void expectClosedSession() {
        sessionClosed = true;
    }

    // --- Running ---

    void run() throws Exception {
        try {
            await(sleep(dice.upTo(Duration.ofSeconds(3))));
            ledger.started(id);
            ledger.note("request " + id + ": " + sample + ", " + reading + ", total "
                    + timeout.total());
            exchange();
            succeeded = true;
        } catch (ClientException failure) {
            check(failure);
        } catch (CancelledError expected) {
            ledger.note("request " + id + " is cancelled");
            if (!cancelled) {
                ledger.violation("request " + id + " was cancelled by nobody");
            }
            throw expected;
        } catch (Exception failure) {
            ledger.note("request " + id + " fails with " + failure);
            if (!isExpected(failure)) {
                ledger.violation("request " + id + " failed with " + failure);
            }
        }
    }

    private void check(ClientException failure) {
        String message = String.valueOf(failure.getMessage());
        ledger.note(
                "request " + id + " fails: " + failure.kind() + ": " + message.split(" \\(", 2)[0]);
        boolean closed = failure.kind() == ClientException.Kind.CLOSED;
        if (!message.matches("(?s)[A-Z]+ http://[^ ]+: .+") || (closed && !sessionClosed)) {
            ledger.violation("request " + id + " failed with " + failure);
        }
    }

    private boolean isExpected(Exception failure) {
        return (failure instanceof IllegalStateException && sessionClosed)
                || (failure instanceof IOException && sample.isBodyBroken());
    }

    private void exchange() throws Exception {
        ClientRequest request =
                sample.request().withTimeout(timeout).withDecompression(decompresses);
        if (!timeout.total().isZero()) {
            deadline = loop.time() + timeout.total().toNanos();
        }
        ClientResponse response = call("send", session.send(request));
        try {
            Answer answer = ledger.got(id, response.headers().first("X-Answer").orElse(null));
            if (answer != null) {
                read(response, answer);
            }
        } finally {
            if (reading != Reading.FORGET) {
                response.close();
            }
        }
    }

    private <T extends @Nullable Object> T call(String what, Coroutine<T> call) throws Exception {
        long begin = loop.time();
        try {
            return await(call);
        } finally {
            ledger.called(id, what, begin, deadline);
        }
    }

    // --- Reading ---

    private void read(ClientResponse response, Answer answer) throws Exception {
        switch (reading) {
            case WHOLE -> finished(answer, call("read", response.read()));
            case TEXT ->
                finished(
                        answer,
                        call("text", response.text()).getBytes(StandardCharsets.ISO_8859_1));
            case PIECES, SLOW_PIECES -> finished(answer, pieces(response));
            case LINES -> lines(response);
            case DISCARD -> call("discard", response.discard());
            case ONE_PIECE -> call("piece", response.pieces().next());
            case CLOSE, FORGET -> {}
        }
    }

    private void finished(Answer answer, byte[] body) {
        if (decompresses || !answer.coded) {
            ledger.read(id, answer, body);
        }
    }

    private byte[] pieces(ClientResponse response) throws Exception {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        var pieces = response.pieces();
        for (var piece = call("piece", pieces.next());
                piece.isPresent();
                piece = call("piece", pieces.next())) {
            ByteBuffer bytes = piece.get();
            while (bytes.hasRemaining()) {
                body.write(bytes.get());
            }
            if (reading == Reading.SLOW_PIECES) {
                await(sleep(dice.upTo(Duration.ofMillis(300))));
            }
        }
        return body.toByteArray();
    }

    private void lines(ClientResponse response) {
        int count = 0;
        for (String line : awaitEach(response.lines())) {
            count += line.length();
        }
        ledger.note("request " + id + " has read lines of " + count);
    }
}
