package spindle.demos;

import static spindle.Async.await;
import static spindle.Async.runBlocking;

import spindle.Coroutine;
import spindle.net.Tls;
import spindle.process.ChildProcess;
import spindle.process.ProcessOptions;
import spindle.process.ProcessResult;
import spindle.process.Processes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.List;
import java.util.UUID;

/// A certificate for `localhost` that nobody has vouched for, made anew each time: enough to see
/// TLS at work.
final class SelfSigned {
    private SelfSigned() {}

    /// Returns a coroutine that makes one, with the JDK's `keytool`, and returns a server's TLS
    /// with
    /// it. The private key is in a file for a moment, which only this user can read.
    static Coroutine<Tls> tls() {
        return () -> {
            Path folder = Files.createTempDirectory("spindle-tls");
            Path file = folder.resolve("key.p12");
            String password = UUID.randomUUID().toString();
            try {
                await(makeKey(file, password));
                return await(runBlocking(
                        () -> Tls.server(load(file, password), password.toCharArray())));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        };
    }

    private static Coroutine.Action makeKey(Path file, String password) {
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                "localhost",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "SAN=dns:localhost,ip:127.0.0.1",
                "-validity",
                "30",
                "-storetype",
                "PKCS12",
                "-keystore",
                file.toString(),
                "-storepass:env",
                "SPINDLE_STORE_PASSWORD");
        // Other users see a command line, and not an environment.
        ProcessOptions options = ProcessOptions.defaults()
                .withVariable("SPINDLE_STORE_PASSWORD", password)
                .withMergedStderr(true);
        return () -> {
            try (ChildProcess keytool = await(Processes.exec(options, command))) {
                ProcessResult result = await(keytool.communicate());
                if (result.exitCode() != 0) {
                    throw new IOException("keytool could not make a certificate: "
                            + result.stdoutText().strip());
                }
            }
        };
    }

    private static KeyStore load(Path file, String password) throws Exception {
        return KeyStore.getInstance(file.toFile(), password.toCharArray());
    }
}
