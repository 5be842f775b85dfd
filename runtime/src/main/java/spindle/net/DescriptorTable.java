package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.File;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/// The descriptors of this process as Linux shows them: where the two ends of a pipe can be
/// opened again, by whoever is given the name.
///
/// The JDK tells nobody the number of a channel. So we look at which pipes there are, make
/// ours, and look again: a pipe that is new is ours if it is the only one, and if other threads
/// have made some too, we try again.
final class DescriptorTable {
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path DETAILS = Path.of("/proc/self/fdinfo");

    /// How often we let other threads get in between.
    private static final int ATTEMPTS = 50;

    /// Held while a pipe is made, so that at least our own don't get in each other's way.
    private static final ReentrantLock oneAtATime = new ReentrantLock();

    private DescriptorTable() {}

    /// A pipe, and the files that its ends are; null where the system doesn't show them.
    record NamedPipe(
            Pipe pipe, @Nullable File readEnd, @Nullable File writeEnd) {}

    /// Opens a pipe. Looks at all descriptors of the process, which takes some microseconds for
    /// each.
    static NamedPipe openPipe() throws IOException {
        if (!Files.isDirectory(DESCRIPTORS)) {
            return new NamedPipe(Pipe.open(), null, null);
        }
        oneAtATime.lock();
        try {
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                Set<String> before = pipes();
                Pipe pipe = Pipe.open();
                NamedPipe named = find(pipe, before);
                if (named != null) {
                    return named;
                }
                close(pipe);
            }
            return new NamedPipe(Pipe.open(), null, null);
        } finally {
            oneAtATime.unlock();
        }
    }

    private static void close(Pipe pipe) throws IOException {
        pipe.sink().close();
        pipe.source().close();
    }

    /// Returns the links of all pipes, such as `pipe:[4711]`: one number for both ends.
    private static Set<String> pipes() throws IOException {
        Set<String> links = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                addIfPipe(links, descriptor);
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        return links;
    }

    private static void addIfPipe(Set<String> links, Path descriptor) {
        String link = linkOf(descriptor);
        if (link.startsWith("pipe:")) {
            links.add(link);
        }
    }

    private static String linkOf(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException closedMeanwhile) {
            return "";
        }
    }

    /// Returns the pipe with the files of its ends, or null if it isn't clear which they are.
    private static @Nullable NamedPipe find(Pipe pipe, Set<String> before) throws IOException {
        Set<String> links = new HashSet<>();
        File readEnd = null;
        File writeEnd = null;
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path descriptor : descriptors) {
                String link = linkOf(descriptor);
                if (!link.startsWith("pipe:") || before.contains(link)) {
                    continue;
                }
                links.add(link);
                if (isForWriting(descriptor)) {
                    writeEnd = descriptor.toFile();
                } else {
                    readEnd = descriptor.toFile();
                }
            }
        } catch (DirectoryIteratorException failure) {
            throw failure.getCause();
        }
        return links.size() == 1 && readEnd != null && writeEnd != null
                ? new NamedPipe(pipe, readEnd, writeEnd)
                : null;
    }

    /// Asks for the flags that a descriptor was opened with, in octal: the last bit is
    /// O_WRONLY.
    private static boolean isForWriting(Path descriptor) {
        try {
            for (String line : Files.readAllLines(DETAILS.resolve(descriptor.getFileName()))) {
                if (line.startsWith("flags:")) {
                    return (Long.parseLong(line.substring("flags:".length()).strip(), 8) & 1) != 0;
                }
            }
        } catch (IOException closedMeanwhile) {
            return false;
        }
        return false;
    }
}
