package spindle.http;

import static spindle.Async.await;

import spindle.Async;
import spindle.Coroutine;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Server;
import spindle.net.StreamOptions;
import spindle.net.StreamReader;
import spindle.net.StreamWriter;
import spindle.net.Streams;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// A server of a [SimulatedWeb], in tasks of the loop: the first request is answered by the first
/// script, the second one by the second, and so on, whatever they ask for. The last script answers
/// all further ones.
public final class ScriptedOrigin {
    /// What to do about one request.
    @FunctionalInterface
    public interface Script {
        /// Answers, or ends the connection, or does neither. May wait.
        void play(Arrival arrival) throws Exception;
    }

    // fixed at construction
    private final SimulatedWeb web;
    private final InetSocketAddress address;
    private final Server server;

    // changes while running
    private final List<Script> scripts = new ArrayList<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private final List<Throwable> failures = new ArrayList<>();
    private int connections;

    private ScriptedOrigin(SimulatedWeb web, Network network, InetSocketAddress address)
            throws IOException {
        this.web = web;
        this.address = address;
        this.server = Streams.startServer(
                network,
                List.of(address),
                ListenOptions.defaults(),
                StreamOptions.defaults(),
                this::serve);
    }

    static ScriptedOrigin listen(SimulatedWeb web, Network network, String address)
            throws IOException {
        return new ScriptedOrigin(
                web, network, new InetSocketAddress(InetAddress.ofLiteral(address), 80));
    }

    // --- Scripts ---

    /// Adds the scripts of the next requests.
    public ScriptedOrigin then(Script... next) {
        scripts.addAll(List.of(next));
        return this;
    }

    /// Answers with a status, header fields (`Retry-After: 1`), and its number for a body.
    public static Script answer(int status, String... fields) {
        return arrival -> arrival.respond(status, fields);
    }

    /// Does what another script does, some time later.
    public static Script later(Duration delay, Script script) {
        return arrival -> {
            await(Async.sleep(delay));
            script.play(arrival);
        };
    }

    /// Breaks the connection.
    public static Script reset() {
        return Arrival::reset;
    }

    /// Ends the connection in good order, without an answer.
    public static Script hangUp() {
        return Arrival::close;
    }

    // --- Asking ---

    /// Returns a URL of this server.
    public String url(String target) {
        return "http://" + address.getAddress().getHostAddress() + target;
    }

    /// Returns where it listens.
    public InetSocketAddress address() {
        return address;
    }

    /// Returns the requests that came, in the order in which they did.
    public List<Arrival> arrivals() {
        return arrivals;
    }

    /// Returns when they came, in milliseconds since the web was opened.
    public List<Long> times() {
        return arrivals.stream().map(arrival -> arrival.at().toMillis()).toList();
    }

    /// Returns how many connections were accepted so far.
    public int connections() {
        return connections;
    }

    List<Throwable> failures() {
        return failures;
    }

    // --- Serving ---

    private void serve(StreamReader reader, StreamWriter writer) throws Exception {
        connections++;
        try {
            while (!writer.isClosing()) {
                Arrival arrival = Arrival.read(reader, writer, web);
                int number = arrivals.size();
                arrivals.add(arrival);
                scripts.get(Math.min(number, scripts.size() - 1)).play(arrival);
                arrival.finish();
            }
        } catch (IOException lost) {
            return;
        } catch (Exception | AssertionError failure) {
            failures.add(failure);
        }
    }

    Coroutine<?> shutDown() {
        server.close();
        server.abortClients();
        return server.waitClosed();
    }
}
