package spindle.net.contract;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// A network whose clients' transports have a bug.
record BrokenNetwork(Network network, Bug bug) implements Network {
    /// What is wrong with them.
    enum Bug {
        LOSES_A_BYTE("another byte than was sent"),
        REPEATS_DATA("another byte than was sent"),
        CALLS_WITHOUT_DATA("dataReceived without data"),
        DATA_BEFORE_CONNECTION_MADE("dataReceived before connectionMade"),
        CONNECTION_MADE_TWICE("connectionMade twice"),
        DATA_AFTER_EOF("dataReceived after eofReceived"),
        DATA_AFTER_CONNECTION_LOST("dataReceived after connectionLost"),
        EOF_TWICE("eofReceived twice"),
        CONNECTION_LOST_TWICE("connectionLost after connectionLost"),
        FORGETS_CONNECTION_LOST("a client is not told of its end"),
        RESUMES_WITHOUT_PAUSE("resumeWriting without pauseWriting"),
        ENDS_EARLY("not all came back, and nobody says why");

        private final String symptom;

        Bug(String symptom) {
            this.symptom = symptom;
        }

        String symptom() {
            return symptom;
        }
    }

    @Override
    public <P extends Protocol> Coroutine<P> connect(
            SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
        return () -> {
            List<P> made = new ArrayList<>();
            await(network.connect(address, options, () -> {
                made.add(protocols.get());
                return new Between(bug, made.getFirst());
            }));
            return made.getFirst();
        };
    }

    @Override
    public Server listen(
            List<? extends SocketAddress> addresses,
            ListenOptions options,
            Supplier<? extends Protocol> protocols)
            throws IOException {
        return network.listen(addresses, options, protocols);
    }

    /// Stands between a transport and its protocol, and passes on what is called, but for one
    /// thing.
    private record Between(Bug bug, Protocol protocol) implements Protocol {
        @Override
        public void connectionMade(Transport transport) {
            if (bug == Bug.DATA_BEFORE_CONNECTION_MADE) {
                protocol.dataReceived(ByteBuffer.allocate(1));
            }
            protocol.connectionMade(transport);
            if (bug == Bug.CONNECTION_MADE_TWICE) {
                protocol.connectionMade(transport);
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (bug == Bug.CALLS_WITHOUT_DATA) {
                protocol.dataReceived(ByteBuffer.allocate(0));
            }
            if (bug == Bug.LOSES_A_BYTE && data.remaining() > 1) {
                protocol.dataReceived(data.slice(data.position(), 1));
                data.position(data.position() + 2);
            }
            if (bug == Bug.REPEATS_DATA) {
                protocol.dataReceived(data.duplicate());
            }
            if (data.hasRemaining() && bug != Bug.ENDS_EARLY) {
                protocol.dataReceived(data);
            }
            if (bug == Bug.RESUMES_WITHOUT_PAUSE) {
                protocol.resumeWriting();
            }
        }

        @Override
        public boolean eofReceived() {
            boolean keepOpen = protocol.eofReceived();
            if (bug == Bug.EOF_TWICE) {
                protocol.eofReceived();
            }
            if (bug == Bug.DATA_AFTER_EOF) {
                protocol.dataReceived(ByteBuffer.allocate(1));
            }
            return keepOpen;
        }

        @Override
        public void connectionLost(@Nullable Exception failure) {
            if (bug == Bug.FORGETS_CONNECTION_LOST) {
                return;
            }
            protocol.connectionLost(failure);
            if (bug == Bug.CONNECTION_LOST_TWICE) {
                protocol.connectionLost(failure);
            }
            if (bug == Bug.DATA_AFTER_CONNECTION_LOST) {
                protocol.dataReceived(ByteBuffer.allocate(1));
            }
        }

        @Override
        public void pauseWriting() {
            protocol.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            protocol.resumeWriting();
        }
    }
}
