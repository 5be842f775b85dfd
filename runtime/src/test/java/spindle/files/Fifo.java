package spindle.files;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// A named pipe: to open it for reading takes until somebody opens it for writing, and no
/// interrupt helps.
final class Fifo {
    private Fifo() {}

    static Path make(Path path) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/mkfifo")), "needs mkfifo");
        int exitCode = new ProcessBuilder("/usr/bin/mkfifo", path.toString())
                .inheritIO()
                .start()
                .waitFor();
        if (exitCode != 0) {
            throw new IOException("mkfifo failed: " + exitCode);
        }
        return path;
    }

    /// Lets whoever opens it for reading go on. Waits for the first of them.
    static void release(Path fifo, String text) throws IOException {
        try (OutputStream output = Files.newOutputStream(fifo)) {
            output.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }
}
