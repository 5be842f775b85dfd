package spindle.http.wire.fuzz;

import static spindle.http.wire.fuzz.Findings.require;

import com.sun.management.ThreadMXBean;

import org.jspecify.annotations.Nullable;

import spindle.http.wire.Exchange;
import spindle.http.wire.Exchanges;
import spindle.http.wire.ResponseKind;
import spindle.http.wire.ResponseParser;
import spindle.http.wire.WireEvent;
import spindle.http.wire.WireException;
import spindle.http.wire.WireLimits;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;

/// Responses that go on and on: a part is repeated, and all of it arrives in small pieces while
/// hardly a limit is in force. Time and memory must grow with the bytes, and not with their
/// square.
///
/// An input is a byte for the kind of response, one for the pieces, two that say which part is
/// repeated, and the response.
public final class FloodFuzz {

    private static final int CONTROL_BYTES = 4;
    private static final int FLOOD_BYTES = 32_768;

    /// An event with its view of the input for every byte, and arrays that double.
    private static final long MOST_ALLOCATED = FLOOD_BYTES * 500L;

    /// A thousand times what it takes, since the code may still be interpreted.
    private static final long MOST_NANOS = 1_500_000_000;

    private static final int MOST = 1 << 24;
    private static final WireLimits HARDLY_ANY = new WireLimits(MOST, MOST, MOST, MOST, MOST, MOST);

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private FloodFuzz() {}

    static List<byte[]> seeds() {
        return Exchanges.all().stream()
                .filter(exchange -> exchange.raw().length() < 200)
                .map(FloodFuzz::seed)
                .toList();
    }

    private static byte[] seed(Exchange exchange) {
        byte[] raw = exchange.bytes();
        var seed = new byte[CONTROL_BYTES + raw.length];
        seed[0] = (byte) exchange.kind().ordinal();
        seed[2] = (byte) (2 * raw.length / 3);
        seed[3] = (byte) (raw.length / 6);
        System.arraycopy(raw, 0, seed, CONTROL_BYTES, raw.length);
        return seed;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length <= CONTROL_BYTES) {
            return;
        }
        var kind = ResponseKind.values()[input[0] & 3];
        int piece = 1 + (input[1] & 0xff);
        byte[] bytes = flood(
                Arrays.copyOfRange(input, CONTROL_BYTES, input.length),
                input[2] & 0xff,
                1 + (input[3] & 0xff));

        String excess = excess(kind, bytes, piece);
        for (int again = 0; excess != null && again < 3; again++) {
            // What is loaded or instrumented just now is paid for once.
            excess = excess(kind, bytes, piece);
        }

        require(excess == null, "time and memory are linear: " + excess);
    }

    private static @Nullable String excess(ResponseKind kind, byte[] bytes, int piece) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long nanosBefore = THREADS.getCurrentThreadCpuTime();
        feed(kind, bytes, piece);
        long nanos = THREADS.getCurrentThreadCpuTime() - nanosBefore;
        long allocated = THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore;
        return allocated < MOST_ALLOCATED && nanos < MOST_NANOS
                ? null
                : allocated + " bytes allocated in " + nanos + " ns";
    }

    /// Returns the bytes with those from an index repeated until there are many.
    private static byte[] flood(byte[] bytes, int from, int length) {
        int start = from % bytes.length;
        int period = Math.min(length, bytes.length - start);
        byte[] flood = Arrays.copyOf(bytes, FLOOD_BYTES);
        for (int i = start + period; i < flood.length; i++) {
            flood[i] = flood[i - period];
        }
        return flood;
    }

    private static void feed(ResponseKind kind, byte[] bytes, int piece) {
        var parser = new ResponseParser();
        parser.begin(kind, HARDLY_ANY);
        ByteBuffer input = ByteBuffer.wrap(bytes);
        try {
            for (int at = 0; at < bytes.length; at += piece) {
                input.limit(Math.min(at + piece, bytes.length));
                while (!(parser.next(input) instanceof WireEvent.NeedMore)) {
                    if (parser.isComplete()) {
                        return;
                    }
                }
            }
            parser.endOfInput();
        } catch (WireException refused) {
            // As good an end as any other.
        }
    }
}
