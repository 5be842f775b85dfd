package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Closing gives back what lies outside the heap, at once, whatever state the coding is in.
@Timeout(60)
class NativeMemoryTest {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final int MIB = 1 << 20;

    /// A decoder takes at least 40 KiB: 20,000 of them would be 800 MiB.
    @ParameterizedTest
    @EnumSource(Coding.class)
    void closedDecodersTakeNoMemory(Coding coding) throws IOException {
        byte[] coded = code(coding, Bodies.ofSize(20_000));

        assertGrowth(20_000, () -> decodeInPart(coding, coded));
    }

    private static byte[] code(Coding coding, byte[] body) {
        return switch (coding) {
            case GZIP -> Bodies.gzip(body);
            case DEFLATE -> Bodies.zlib(body);
            case BROTLI -> Bodies.brotli(body);
            case ZSTD -> Bodies.zstdStream(body);
        };
    }

    private static void decodeInPart(Coding coding, byte[] coded) throws ContentException {
        try (var decoder = ContentDecoder.of(List.of(coding.toString()), DecodingLimits.DEFAULT)) {
            decoder.decode(ByteBuffer.wrap(coded, 0, 2000), ByteBuffer.allocate(100));
        }
    }

    /// An encoder touches at least 50 KiB at once: 4,000 of them would be 200 MiB.
    @ParameterizedTest
    @EnumSource(Coding.class)
    void closedEncodersTakeNoMemory(Coding coding) throws IOException {
        byte[] body = Bodies.ofSize(20_000);

        assertGrowth(4000, () -> encodeInPart(coding, body));
    }

    private static void encodeInPart(Coding coding, byte[] body) {
        try (var encoder = ContentEncoder.of(coding.toString())) {
            encoder.encode(ByteBuffer.wrap(body), ByteBuffer.allocate(100));
        }
    }

    interface Use {
        void run() throws IOException;
    }

    private static void assertGrowth(int times, Use use) throws IOException {
        assumeTrue(Files.exists(STATUS), "the kernel says how much memory we take");
        for (int i = 0; i < times / 10; i++) {
            use.run();
        }
        long before = outsideOfTheHeap();
        for (int i = 0; i < times; i++) {
            use.run();
        }

        assertThat((outsideOfTheHeap() - before) / MIB).as("MiB").isLessThan(120);
    }

    private static long outsideOfTheHeap() throws IOException {
        return Files.readAllLines(STATUS).stream()
                        .filter(line -> line.startsWith("VmRSS:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                        .sum()
                - Runtime.getRuntime().totalMemory();
    }
}
