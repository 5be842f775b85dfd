package spindle.process;

import java.nio.charset.StandardCharsets;

/// What became of a process: see [ChildProcess#communicate].
public final class ProcessResult {
    private final int exitCode;
    private final byte[] stdout;
    private final byte[] stderr;

    ProcessResult(int exitCode, byte[] stdout, byte[] stderr) {
        this.exitCode = exitCode;
        this.stdout = stdout;
        this.stderr = stderr;
    }

    /// Returns the exit code, as [ChildProcess#waitFor()] does.
    public int exitCode() {
        return exitCode;
    }

    /// Returns everything that it wrote; empty if stdout was not a pipe.
    public byte[] stdout() {
        return stdout.clone();
    }

    /// Returns everything that it wrote to stderr; empty if that was not a pipe of its own.
    public byte[] stderr() {
        return stderr.clone();
    }

    /// Returns what it wrote, as UTF-8.
    public String stdoutText() {
        return new String(stdout, StandardCharsets.UTF_8);
    }

    /// Returns what it wrote to stderr, as UTF-8.
    public String stderrText() {
        return new String(stderr, StandardCharsets.UTF_8);
    }

    /// Returns a form such as `<ProcessResult exitCode=0 stdout=12 bytes stderr=0 bytes>`.
    @Override
    public String toString() {
        return "<ProcessResult exitCode=" + exitCode + " stdout=" + stdout.length + " bytes stderr="
                + stderr.length + " bytes>";
    }
}
