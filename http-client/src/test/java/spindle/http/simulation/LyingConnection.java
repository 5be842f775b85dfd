package spindle.http.simulation;

import org.jspecify.annotations.Nullable;

import spindle.EventLoop;
import spindle.TimerHandle;
import spindle.net.Protocol;
import spindle.net.Transport;
import spindle.testing.SimulatedConnection;
import spindle.testing.SimulatedNetwork;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;

/// One connection of a [LyingServer]: plays a script for each request, one after the other.
final class LyingConnection implements Protocol {
    /// What fits into the buffers of a connection.
    private static final int ONE_FLIGHT = 60_000;

    // fixed at construction
    private final LyingServer server;
    private final EventLoop loop;
    private final SimulatedNetwork network;
    private final Ledger ledger;
    private final int number;
    private final Dice dice;
    private final ArrivingRequest request = new ArrivingRequest();
    private final Deque<Step> steps = new ArrayDeque<>();

    // changes while running
    private Transport transport;
    private SimulatedConnection cable;
    private @Nullable Answer answer;
    private int requests;
    private long requestBegan;

    /// Whether the script of a request is under way.
    private boolean playing;

    private @Nullable TimerHandle timer;
    private boolean over;
    private boolean clientHasLeft;
    private boolean failed;

    LyingConnection(
            LyingServer server,
            EventLoop loop,
            SimulatedNetwork network,
            Ledger ledger,
            int number,
            Dice dice) {
        this.server = server;
        this.loop = loop;
        this.network = network;
        this.ledger = ledger;
        this.number = number;
        this.dice = dice;
    }

    int number() {
        return number;
    }

    /// Returns whether this end knows that the client has closed its own.
    boolean hasClientLeft() {
        return clientHasLeft;
    }

    @Override
    public void connectionMade(Transport made) {
        transport = made;
        cable = network.connection(made);
        ledger.note("connection " + number + " made");
        steps.addAll(server.greeting(this, dice));
        play();
    }

    @Override
    public void dataReceived(ByteBuffer data) {
        if (request.isBlank()) {
            requestBegan = loop.time();
        }
        request.feed(data);
        advance();
    }

    private void advance() {
        while (!over) {
            if (!playing && request.hasHead()) {
                begin();
            }
            if (!playing || !play() || !request.isComplete()) {
                return;
            }
            ledger.requestComplete(request);
            playing = false;
            request.next();
        }
    }

    private void begin() {
        requests++;
        ledger.requestArrived(this, request, requestBegan);
        steps.addAll(server.script(this, request, dice));
        playing = true;
    }

    /// Returns whether the script is over.
    private boolean play() {
        while (!over && timer == null && !steps.isEmpty()) {
            Step step = steps.element();
            if (step instanceof Step.Stall
                    || (step instanceof Step.AwaitRequest && !request.isComplete())) {
                return false;
            }
            steps.remove();
            take(step);
        }
        return steps.isEmpty() && timer == null;
    }

    private void take(Step step) {
        switch (step) {
            case Step.Begin(Answer begun) -> {
                answer = begun;
                ledger.answerBegins(begun);
            }
            case Step.Say(byte[] bytes) -> transport.write(ByteBuffer.wrap(bytes));
            case Step.Wait(var time) -> timer = loop.callLater(time, this::goOn);
            case Step.Deafen _ -> transport.pauseReading();
            case Step.Listen _ -> transport.resumeReading();
            case Step.End _ -> {
                noteClosed("ends");
                transport.writeEof();
                steps.clear();
                steps.add(new Step.Stall());
            }
            case Step.Close _ -> {
                noteClosed("closes");
                over = true;
                transport.close();
            }
            case Step.Reset _ -> {
                noteClosed("resets");
                over = true;
                reset();
            }
            case Step.AwaitRequest _, Step.Stall _ -> {}
        }
    }

    private void noteClosed(String how) {
        ledger.note("connection " + number + " " + how);
        boolean inTime = transport.writeBufferSize() == 0
                && transport.counters().bytesSent() < ONE_FLIGHT
                && !cable.isCut();
        if (requests == 1 && playing && inTime) {
            ledger.serverCloses(request);
        }
    }

    private void goOn() {
        timer = null;
        play();
        advance();
    }

    @Override
    public boolean eofReceived() {
        clientHasLeft = true;
        return dice.oneIn(3);
    }

    @Override
    public void connectionLost(@Nullable Exception failure) {
        clientHasLeft = true;
        failed = failure != null;
        stop();
    }

    private void stop() {
        over = true;
        steps.clear();
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    /// Ends whatever it was at. If this end has failed when the connection was cut, the client has
    /// not heard of it: it would when it sent something.
    void giveUp() {
        if (answer != null && !steps.isEmpty() && answer.truth == Answer.Truth.WHOLE) {
            answer.truth = Answer.Truth.PREFIX; // There was more to come.
        }
        stop();
        if (failed || dice.oneIn(2)) {
            reset();
        } else {
            transport.close();
        }
    }

    private void reset() {
        cable.reset();
        transport.abort(); // Who does not read does not notice.
    }

    /// Stops lying, and looks whether the client has left.
    void listen() {
        stop();
        transport.resumeReading();
    }
}
