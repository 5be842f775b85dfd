package spindle.testing;

import java.time.Duration;

/// What a [SimulatedNetwork] is like. Times are on the loop's clock: on an [AutoJumpClock] they
/// cost nothing.
///
/// @param latency how long bytes travel one way; connecting takes two ways
/// @param jitter up to how much longer, by chance. Bytes of one connection stay in order
/// @param bytesPerSecond how fast one end of a connection can send; 0 is no limit
/// @param reads how much one read brings
/// @param sendBuffer how many bytes the system takes ahead of what fits at the peer, unless
///     [spindle.net.SocketOptions] say otherwise
/// @param receiveBuffer how many bytes may have arrived unread, unless the options say otherwise
/// @param connectTimeout when a connect that nobody answers fails
/// @param silenceTimeout when a connection fails that is cut and has something to send
/// @param faults what goes wrong by itself
public record NetworkConditions(
        Duration latency,
        Duration jitter,
        long bytesPerSecond,
        ReadSizes reads,
        int sendBuffer,
        int receiveBuffer,
        Duration connectTimeout,
        Duration silenceTimeout,
        NetworkFaults faults) {
    private static final NetworkConditions IDEAL = new NetworkConditions(
            Duration.ZERO,
            Duration.ZERO,
            0,
            ReadSizes.WHOLE,
            64 * 1024,
            64 * 1024,
            // Linux's: six repetitions of the first packet, and fifteen of any other.
            Duration.ofSeconds(127),
            Duration.ofSeconds(924),
            NetworkFaults.none());

    /// Checks the numbers.
    public NetworkConditions {
        if (latency.isNegative() || jitter.isNegative() || bytesPerSecond < 0) {
            throw new IllegalArgumentException(
                    "expected latency, jitter and bytes per second to be at least 0 but they are "
                            + latency + ", " + jitter + " and " + bytesPerSecond);
        }
        if (sendBuffer < 1 || receiveBuffer < 1) {
            throw new IllegalArgumentException(
                    "expected buffers of at least 1 byte but the send buffer has " + sendBuffer
                            + " and the receive buffer " + receiveBuffer);
        }
        if (!connectTimeout.isPositive() || !silenceTimeout.isPositive()) {
            throw new IllegalArgumentException("expected timeouts above 0 but that of connects is "
                    + connectTimeout + " and that of silence " + silenceTimeout);
        }
    }

    /// Returns a network without latency, limits or faults, with buffers of 64 KiB, that gives up
    /// on connects after 127 s and on silence after 924 s, as Linux does.
    public static NetworkConditions ideal() {
        return IDEAL;
    }

    /// Returns these conditions with bytes travelling for so long.
    public NetworkConditions withLatency(Duration oneWay) {
        return new NetworkConditions(
                oneWay,
                jitter,
                bytesPerSecond,
                reads,
                sendBuffer,
                receiveBuffer,
                connectTimeout,
                silenceTimeout,
                faults);
    }

    /// Returns these conditions with bytes travelling up to so much longer, by chance.
    public NetworkConditions withJitter(Duration most) {
        return new NetworkConditions(
                latency,
                most,
                bytesPerSecond,
                reads,
                sendBuffer,
                receiveBuffer,
                connectTimeout,
                silenceTimeout,
                faults);
    }

    /// Returns these conditions with so many bytes per second and direction; 0 is no limit.
    public NetworkConditions withBytesPerSecond(long bytes) {
        return new NetworkConditions(
                latency,
                jitter,
                bytes,
                reads,
                sendBuffer,
                receiveBuffer,
                connectTimeout,
                silenceTimeout,
                faults);
    }

    /// Returns these conditions with reads of another size.
    public NetworkConditions withReads(ReadSizes sizes) {
        return new NetworkConditions(
                latency,
                jitter,
                bytesPerSecond,
                sizes,
                sendBuffer,
                receiveBuffer,
                connectTimeout,
                silenceTimeout,
                faults);
    }

    /// Returns these conditions with buffers of other sizes, in bytes.
    public NetworkConditions withBuffers(int send, int receive) {
        return new NetworkConditions(
                latency,
                jitter,
                bytesPerSecond,
                reads,
                send,
                receive,
                connectTimeout,
                silenceTimeout,
                faults);
    }

    /// Returns these conditions with connects that nobody answers failing after so long.
    public NetworkConditions withConnectTimeout(Duration timeout) {
        return new NetworkConditions(
                latency,
                jitter,
                bytesPerSecond,
                reads,
                sendBuffer,
                receiveBuffer,
                timeout,
                silenceTimeout,
                faults);
    }

    /// Returns these conditions with connections failing that have been cut, with something to
    /// send, for so long.
    public NetworkConditions withSilenceTimeout(Duration timeout) {
        return new NetworkConditions(
                latency,
                jitter,
                bytesPerSecond,
                reads,
                sendBuffer,
                receiveBuffer,
                connectTimeout,
                timeout,
                faults);
    }

    /// Returns these conditions with faults.
    public NetworkConditions withFaults(NetworkFaults expected) {
        return new NetworkConditions(
                latency,
                jitter,
                bytesPerSecond,
                reads,
                sendBuffer,
                receiveBuffer,
                connectTimeout,
                silenceTimeout,
                expected);
    }
}
