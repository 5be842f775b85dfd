package spindle.http.wire.fuzz;

import static spindle.http.wire.fuzz.Findings.require;

import com.sun.management.ThreadMXBean;

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

    /// Enough for what is linear, once it is compiled: what takes longer is looked at again.
    private static final long FEW_NANOS = 20_000_000;

    /// So many times the bytes may take up to three times as many times as long; where their
    /// square counts, they take eight times as many.
    private static final int TIMES = 8;

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
        seed[0] = (byte) ResponseFuzz.KINDS.indexOf(exchange.kind());
        seed[2] = (byte) (2 * raw.length / 3);
        seed[3] = (byte) (raw.length / 6);
        System.arraycopy(raw, 0, seed, CONTROL_BYTES, raw.length);
        return seed;
    }

    public static void fuzzerTestOneInput(byte[] input) {
        if (input.length <= CONTROL_BYTES) {
            return;
        }
        var kind = ResponseFuzz.KINDS.get(input[0] & 3);
        int piece = 1 + (input[1] & 0xff);
        byte[] start = Arrays.copyOfRange(input, CONTROL_BYTES, input.length);
        int from = (input[2] & 0xff) % start.length;
        int length = Math.min(1 + (input[3] & 0xff), start.length - from);
        byte[] flood = flood(start, from, length, FLOOD_BYTES);

        boolean linear = cost(kind, flood, piece).isSmall();
        for (int again = 0; !linear && again < 3; again++) {
            // What was loaded or instrumented just now is paid for once.
            Cost once = cost(kind, flood, piece);
            Cost more = cost(kind, flood(start, from, length, TIMES * FLOOD_BYTES), piece);
            linear = once.allocated() < MOST_ALLOCATED
                    && more.nanos() < 3 * TIMES * Math.max(once.nanos(), FEW_NANOS / 4);
        }

        require(linear, "time and memory are linear");
    }

    /// Returns the bytes with a part of them repeated until there are many.
    private static byte[] flood(byte[] bytes, int from, int length, int size) {
        byte[] flood = Arrays.copyOf(bytes, size);
        for (int i = from + length; i < size; i++) {
            flood[i] = flood[i - length];
        }
        return flood;
    }

    private record Cost(long nanos, long allocated) {

        boolean isSmall() {
            return nanos < FEW_NANOS && allocated < MOST_ALLOCATED;
        }
    }

    private static Cost cost(ResponseKind kind, byte[] bytes, int piece) {
        long allocatedBefore = THREADS.getCurrentThreadAllocatedBytes();
        long nanosBefore = THREADS.getCurrentThreadCpuTime();
        feed(kind, bytes, piece);
        long nanos = THREADS.getCurrentThreadCpuTime() - nanosBefore;
        return new Cost(nanos, THREADS.getCurrentThreadAllocatedBytes() - allocatedBefore);
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
