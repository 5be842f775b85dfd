package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// Counts the sockets that this process has open, where the system tells. Other threads may
/// still be closing theirs, so a count is waited for.
public final class Descriptors {
    private static final Path FOLDER = Path.of("/proc/self/fd");

    private Descriptors() {}

    public static long openSockets() throws IOException {
        assumeThat(FOLDER).isDirectory();
        // The JDK keeps a socket of its own from the first close of one on.
        ServerSocketChannel.open().close();
        try (Stream<Path> descriptors = Files.list(FOLDER)) {
            return descriptors.filter(Descriptors::isSocket).count();
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    public static void assertOpenSocketsFallTo(long expected) throws IOException {
        long deadline = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (openSockets() > expected && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }
        assertThat(openSockets()).as("open sockets").isLessThanOrEqualTo(expected);
    }
}
