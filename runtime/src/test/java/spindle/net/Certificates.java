package spindle.net;

import static spindle.Async.await;

import static java.nio.charset.StandardCharsets.UTF_8;

import spindle.Async;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/// Certificates for tests, made with the JDK's `keytool` when first asked for, in a folder that is
/// gone with the JVM: an authority, and who it has vouched for.
public final class Certificates {
    static final char[] PASSWORD = "password".toCharArray();

    private static final Path FOLDER = newFolder();
    private static final KeyStore ALL = makeAll();

    private Certificates() {}

    /// Makes them, and one connection with them: a JVM's first handshake takes seconds on a busy
    /// machine, which is to be no test's time.
    public static void make() throws Exception {
        Async.run(() -> {
            var pair = await(TlsPair.over(Wire.whole()));
            pair.ofClient().abort();
            await(pair.client().untilLost());
        });
    }

    // --- Ready to use ---

    /// A server for `localhost` and `127.0.0.1`.
    public static Tls server() {
        return server("server");
    }

    /// A server with another certificate: `other`, for `other.example`; `expired`; `stranger`,
    /// signed by itself.
    static Tls server(String alias) {
        return Tls.server(identity(alias), PASSWORD);
    }

    /// A client that trusts the authority, and asks for `localhost`.
    public static Tls client() {
        return Tls.client().withTrust(trusted("authority")).withServerName("localhost");
    }

    /// Returns a context for the JDK's own sockets, of either side.
    public static SSLContext context() throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(identity("server"), PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted("authority"));
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    /// Returns a store with one key and its chain.
    static KeyStore identity(String... aliases) {
        try {
            KeyStore store = empty();
            for (String alias : aliases) {
                store.setKeyEntry(
                        alias,
                        ALL.getKey(alias, PASSWORD),
                        PASSWORD,
                        ALL.getCertificateChain(alias));
            }
            return store;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Returns a store with one certificate to trust.
    static KeyStore trusted(String alias) {
        try {
            KeyStore store = empty();
            store.setCertificateEntry(alias, ALL.getCertificate(alias));
            return store;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    static X509Certificate certificate(String alias) {
        try {
            return (X509Certificate) ALL.getCertificate(alias);
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Writes a chain of certificates to a PEM file.
    static Path chainFile(String alias) throws Exception {
        StringBuilder pem = new StringBuilder();
        for (Certificate certificate : ALL.getCertificateChain(alias)) {
            pem.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return Files.writeString(FOLDER.resolve(alias + "-chain.pem"), pem);
    }

    /// Writes a private key to a PEM file.
    static Path keyFile(String alias) throws Exception {
        Key key = ALL.getKey(alias, PASSWORD);
        return Files.writeString(
                FOLDER.resolve(alias + "-key.pem"), pem("PRIVATE KEY", key.getEncoded()));
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END "
                + label + "-----\n";
    }

    // --- Making them ---

    private static Path newFolder() {
        try {
            Path folder = Files.createTempDirectory("spindle-certificates");
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(folder)));
            return folder;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static void delete(Path folder) {
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(folder);
        } catch (IOException leftBehind) {
            System.err.println("cannot delete " + folder + ": " + leftBehind);
        }
    }

    private static KeyStore makeAll() {
        try {
            generate("authority", "-ext", "bc:c", "-validity", "3650");
            generate("server", "-signer", "authority", "-ext", "san=dns:localhost,ip:127.0.0.1");
            generate("other", "-signer", "authority", "-ext", "san=dns:other.example");
            generate(
                    "expired",
                    "-signer",
                    "authority",
                    "-ext",
                    "san=dns:localhost",
                    "-startdate",
                    "-10d",
                    "-validity",
                    "5");
            generate("stranger", "-ext", "san=dns:localhost");
            generate("client", "-signer", "authority");
            KeyStore store = empty();
            try (InputStream file = Files.newInputStream(FOLDER.resolve("all.p12"))) {
                store.load(file, PASSWORD);
            }
            return store;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static void generate(String alias, String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair",
                "-alias",
                alias,
                "-dname",
                "CN=Test " + alias,
                "-keyalg",
                "EC",
                "-groupname",
                "secp256r1",
                "-keystore",
                FOLDER.resolve("all.p12").toString(),
                "-storepass",
                new String(PASSWORD),
                "-J-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(more));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), UTF_8);
        try {
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool failed: " + said);
            }
        } catch (InterruptedException interrupted) {
            keytool.destroy();
            throw new IOException(interrupted);
        }
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
