package spindle.testing;

import spindle.Async;
import spindle.net.ConnectOptions;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.SocketException;
import java.time.Duration;
import java.util.Objects;

/// One attempt to connect on a simulated network, as TCP makes it: a packet there, one back, and
/// again after 1 s, 2 s, 4 s and so on while nobody answers.
final class SimulatedConnect {
    private static final Duration FIRST_REPETITION = Duration.ofSeconds(1);

    private static final SimulatedNetwork.Answer NO_ANSWER = new SimulatedNetwork.Answer.None();

    private final SimulatedNetwork network;
    private final SocketAddress address;
    private final ConnectOptions options;

    SimulatedConnect(SimulatedNetwork network, SocketAddress address, ConnectOptions options) {
        this.network = network;
        this.address = address;
        this.options = options;
    }

    /// Returns the connected socket. Suspends the calling task while packets travel.
    SimulatedSocket run() throws Exception {
        SimulatedAddresses.check(address);
        SocketAddress local = takeLocalAddress();
        SimulatedSocket accepted;
        try {
            accepted = knock(local);
        } catch (IOException failure) {
            network.addresses().release(local);
            throw connectFailure(failure);
        } catch (Throwable givenUp) {
            network.addresses().release(local);
            throw givenUp;
        }
        return travelBack(accepted); // From now on the connection has the address.
    }

    private SocketAddress takeLocalAddress() throws IOException {
        SocketAddress wanted = options.localAddress() == null
                ? SimulatedAddresses.usualClient(address)
                : options.localAddress();
        SocketAddress local = network.addresses().withPort(wanted);
        if (local == null) {
            throw connectFailure(new BindException("Cannot assign requested address"));
        }
        if (!network.addresses().take(local)) {
            throw connectFailure(new BindException(
                    "from " + SimulatedAddresses.describe(local) + ": Address already in use"));
        }
        return local;
    }

    private SimulatedSocket knock(SocketAddress local) throws Exception {
        long deadline =
                network.loop().time() + network.conditions().connectTimeout().toNanos();
        boolean lost = network.happens(network.conditions().faults().lostConnects());
        Duration repetition = FIRST_REPETITION;
        while (true) {
            travel();
            switch (lost ? NO_ANSWER : network.knock(local, address, options)) {
                case SimulatedNetwork.Answer.Accepted(SimulatedSocket socket) -> {
                    return socket;
                }
                case SimulatedNetwork.Answer.Refused _ -> {
                    travel();
                    throw refusal();
                }
                case SimulatedNetwork.Answer.None _ -> waitToRepeat(deadline, repetition);
            }
            repetition = repetition.multipliedBy(2);
        }
    }

    private SimulatedSocket travelBack(SimulatedSocket socket) throws Exception {
        try {
            travel();
            return socket;
        } catch (Throwable givenUp) {
            socket.close();
            throw givenUp;
        }
    }

    private void travel() throws Exception {
        long nanos = network.travelNanos();
        if (nanos > 0) {
            Async.await(Async.sleep(Duration.ofNanos(nanos)));
        }
    }

    private void waitToRepeat(long deadline, Duration repetition) throws Exception {
        Duration left = Duration.ofNanos(deadline - network.loop().time());
        boolean isLast = left.compareTo(repetition) <= 0;
        Async.await(Async.sleep(isLast ? left : repetition));
        if (isLast) {
            throw new ConnectException("Connection timed out");
        }
    }

    private IOException refusal() {
        return address instanceof InetSocketAddress
                ? new ConnectException("Connection refused")
                : new SocketException("No such file or directory");
    }

    private IOException connectFailure(IOException failure) {
        String message = "cannot connect to " + SimulatedAddresses.describe(address) + ": "
                + Objects.requireNonNull(failure.getMessage(), "our own failures have messages");
        IOException named = failure instanceof ConnectException
                ? new ConnectException(message)
                : new IOException(message);
        named.initCause(failure);
        return named;
    }
}
