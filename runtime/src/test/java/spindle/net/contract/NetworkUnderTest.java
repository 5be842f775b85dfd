package spindle.net.contract;

import spindle.EventLoop;
import spindle.net.FullListener;
import spindle.net.Network;
import spindle.testing.NetworkConditions;
import spindle.testing.ReadSizes;
import spindle.testing.SimulatedNetwork;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;

/// The networks that have to keep the contract of [Network].
///
/// One more is one more constant. What it cannot do by its nature, a test leaves out by asking
/// [#can(Trait)].
enum NetworkUnderTest {
    /// The machine's sockets.
    REAL(false, 16_000_000) {
        @Override
        Network open() {
            return Network.of(EventLoop.current());
        }

        @Override
        HangingAddress hangingAddress(Network network) throws IOException {
            FullListener full = FullListener.open();
            return new HangingAddress(full.address(), full::close);
        }

        @Override
        RawPeer connectRaw(Network network, InetSocketAddress address) throws IOException {
            return RawPeer.plain(address);
        }
    },

    /// A simulated one on which everything is there at once, as it nearly is on the real one.
    SIMULATED(true, 500_000) {
        @Override
        Network open() {
            return SimulatedNetwork.open();
        }

        @Override
        HangingAddress hangingAddress(Network network) {
            return ignoredBy((SimulatedNetwork) network);
        }

        @Override
        RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception {
            return RawPeer.simulated((SimulatedNetwork) network, address);
        }
    },

    /// A simulated one that is slow, and cuts what is sent where nobody expects it.
    SIMULATED_ROUGH(true, 500_000) {
        @Override
        Network open() {
            NetworkConditions rough = NetworkConditions.ideal()
                    .withLatency(Duration.ofMillis(20))
                    .withJitter(Duration.ofMillis(10))
                    .withBytesPerSecond(1_000_000)
                    .withReads(ReadSizes.RANDOM)
                    .withBuffers(10_000, 20_000);
            return SimulatedNetwork.open(rough, 4);
        }

        @Override
        HangingAddress hangingAddress(Network network) {
            return ignoredBy((SimulatedNetwork) network);
        }

        @Override
        RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception {
            return RawPeer.simulated((SimulatedNetwork) network, address);
        }
    },

    /// TLS over the machine's sockets.
    TLS_OVER_REAL(false, 16_000_000) {
        @Override
        Network open() {
            return EncryptedNetwork.over(REAL.open());
        }

        @Override
        HangingAddress hangingAddress(Network network) throws IOException {
            return REAL.hangingAddress(lowerOf(network));
        }

        @Override
        RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception {
            return RawPeer.encrypted(address);
        }

        @Override
        void prepare() {
            EncryptedNetwork.makeCertificates();
        }

        @Override
        boolean can(Trait trait) {
            return trait != Trait.BYTES_AS_WRITTEN;
        }
    },

    /// TLS over a simulated network.
    TLS_OVER_SIMULATED(true, 1_000_000) {
        @Override
        Network open() {
            return EncryptedNetwork.over(SIMULATED.open());
        }

        @Override
        HangingAddress hangingAddress(Network network) throws IOException {
            return SIMULATED.hangingAddress(lowerOf(network));
        }

        @Override
        RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception {
            return RawPeer.encryptedAndSimulated((EncryptedNetwork) network, address);
        }

        @Override
        void prepare() {
            EncryptedNetwork.makeCertificates();
        }

        @Override
        boolean can(Trait trait) {
            return trait != Trait.BYTES_AS_WRITTEN;
        }
    },

    /// TLS over a network that cuts its records anywhere.
    TLS_OVER_SIMULATED_ROUGH(true, 1_000_000) {
        @Override
        Network open() {
            return EncryptedNetwork.over(SIMULATED_ROUGH.open());
        }

        @Override
        HangingAddress hangingAddress(Network network) throws IOException {
            return SIMULATED_ROUGH.hangingAddress(lowerOf(network));
        }

        @Override
        RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception {
            return RawPeer.encryptedAndSimulated((EncryptedNetwork) network, address);
        }

        @Override
        void prepare() {
            EncryptedNetwork.makeCertificates();
        }

        @Override
        boolean can(Trait trait) {
            return trait != Trait.BYTES_AS_WRITTEN;
        }
    };

    /// What not every network can do.
    enum Trait {
        /// An end that has said that it will send no more can go on reading.
        HALF_CLOSE,

        /// A peer below it can reset a connection, and who is reset is told so.
        RESET,

        /// The bytes that wait are those that were written, and no others.
        BYTES_AS_WRITTEN
    }

    /// An address at which connects hang until it is closed.
    record HangingAddress(SocketAddress address, Closeable closing) implements Closeable {
        @Override
        public void close() throws IOException {
            closing.close();
        }
    }

    private final boolean virtual;
    private final int moreThanFits;

    NetworkUnderTest(boolean virtual, int moreThanFits) {
        this.virtual = virtual;
        this.moreThanFits = moreThanFits;
    }

    /// Does what takes long, and is to be no test's time.
    void prepare() {}

    /// Opens it for the loop that is running.
    abstract Network open();

    /// Returns an address at which connects over `network` hang.
    abstract HangingAddress hangingAddress(Network network) throws IOException;

    /// Returns a client of a server that can reset its connection.
    abstract RawPeer connectRaw(Network network, InetSocketAddress address) throws Exception;

    private static Network lowerOf(Network network) {
        return ((EncryptedNetwork) network).lower();
    }

    private static HangingAddress ignoredBy(SimulatedNetwork network) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 80);
        network.ignoreConnects(address);
        return new HangingAddress(address, () -> network.allowConnects(address));
    }

    /// Returns whether it can do something: all there is, unless a constant says otherwise.
    boolean can(Trait trait) {
        return true;
    }

    /// Returns whether it runs on a clock that jumps: no time is real.
    boolean isVirtual() {
        return virtual;
    }

    /// Returns how many bytes are too many for it to take at once from a writer whose peer does not
    /// read.
    int moreThanFits() {
        return moreThanFits;
    }
}
