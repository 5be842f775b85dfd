package spindle.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;

/// A process and what descends from it, as the receivers of signals. Sending blocks: not for
/// the loop's thread.
///
/// The JDK sends TERM and KILL, to single processes. For everything else we ask the shell,
/// whose `kill` can do it.
final class ProcessTree {
    private static final Pattern NAME = Pattern.compile("[A-Z][A-Z0-9+-]*");

    private final ProcessHandle process;
    private final boolean ownGroup;

    /// Something that is sent.
    interface Sending {
        void send() throws IOException;
    }

    ProcessTree(ProcessHandle process, boolean ownGroup) {
        this.process = process;
        this.ownGroup = ownGroup;
    }

    static void checkName(String name) {
        if (!NAME.matcher(name).matches() || name.startsWith("SIG")) {
            throw new IllegalArgumentException(
                    "expected the name of a signal, such as HUP, but got \"" + name + "\"");
        }
    }

    boolean hasGroup() {
        return ownGroup;
    }

    void checkHasGroup() {
        if (!ownGroup) {
            throw new IllegalStateException("this process is in the same group as we are: "
                    + "start it with ProcessOptions.withOwnGroup(true)");
        }
    }

    /// Kills them all, parents before children, so that none can start another one. Who descends
    /// from it is found out while it lives.
    void kill() throws IOException {
        List<ProcessHandle> descendants =
                process.isAlive() ? process.descendants().toList() : List.of();
        process.destroyForcibly();
        descendants.forEach(ProcessHandle::destroyForcibly);
        if (ownGroup) {
            signalGroup("KILL");
        }
    }

    void signalProcess(String name) throws IOException {
        String complaint = send(name, Long.toString(process.pid()));
        if (!complaint.isEmpty() && process.isAlive()) {
            throw new IOException(
                    "cannot send " + name + " to process " + process.pid() + ": " + complaint);
        }
    }

    /// That nobody is left in the group is no failure, nor that it was killed just before.
    void signalGroup(String name) throws IOException {
        String complaint = send(name, "-" + process.pid());
        if (!complaint.isEmpty() && process.isAlive() && !name.equals("KILL")) {
            throw new IOException("cannot send " + name + " to the group of process "
                    + process.pid() + ": " + complaint);
        }
    }

    /// Returns what the shell says against it: nothing if it is done.
    private static String send(String name, String target) throws IOException {
        Process shell = new ProcessBuilder(
                        "/bin/sh", "-c", "kill -s \"$0\" -- \"$1\"", name, target)
                .redirectErrorStream(true)
                .redirectInput(Redirect.from(Redirect.DISCARD.file()))
                .start();
        try (var output = shell.getInputStream()) {
            String complaint = new String(output.readAllBytes(), StandardCharsets.UTF_8).strip();
            return shell.waitFor() == 0 ? "" : complaint;
        } catch (InterruptedException interrupted) {
            throw new InterruptedIOException("interrupted while sending a signal");
        }
    }
}
