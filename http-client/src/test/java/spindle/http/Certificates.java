package spindle.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import spindle.net.Tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLException;
import javax.net.ssl.TrustManagerFactory;

/// Certificates for tests, made in no time when they are first asked for: an authority, and
/// whoever it has vouched for.
final class Certificates {
    static final char[] PASSWORD = "password".toCharArray();

    private static final byte[] ECDSA_WITH_SHA256 =
            Der.sequence(Der.objectIdentifier("2a8648ce3d040302"));
    private static final String COMMON_NAME = "550403";
    private static final String BASIC_CONSTRAINTS = "551d13";
    private static final String SUBJECT_ALTERNATIVE_NAME = "551d11";

    private static final AtomicLong serials = new AtomicLong(1);
    private static final Certified authority = newAuthority("Test authority");
    private static final Map<List<String>, Certified> known = new ConcurrentHashMap<>();

    /// A key, and the certificate for it.
    record Certified(PrivateKey key, X509Certificate certificate) {}

    static {
        FirstHandshake.make(context("localhost"));
    }

    private Certificates() {}

    // --- Ready to use ---

    /// Returns a client's side that trusts the authority.
    static Tls client() {
        return Tls.client().withTrust(trust()).withApplicationProtocols("http/1.1");
    }

    /// Returns a store with the authority to trust.
    static KeyStore trust() {
        return trust(authority.certificate());
    }

    static KeyStore trust(X509Certificate certificate) {
        try {
            KeyStore store = empty();
            store.setCertificateEntry("trusted", certificate);
            return store;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Returns an authority that nobody has heard of.
    static X509Certificate anotherAuthority() {
        return newAuthority("Another authority").certificate();
    }

    /// Returns the certificate of whoever has all these names.
    static X509Certificate certificate(String... names) {
        return certified(names).certificate();
    }

    /// Returns a store with the key of whoever has all these names, and its chain.
    static KeyStore identity(String... names) {
        try {
            Certified subject = certified(names);
            KeyStore store = empty();
            store.setKeyEntry(names[0], subject.key(), PASSWORD, new X509Certificate[] {
                subject.certificate(), authority.certificate()
            });
            return store;
        } catch (GeneralSecurityException | IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Returns a context for servers that others wrote: it has that identity, and trusts the
    /// authority's clients.
    static SSLContext context(String... names) {
        try {
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(identity(names), PASSWORD);
            TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
            trust.init(trust());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Writes `chain.pem` and `key.pem` of whoever has all these names.
    static void writePem(Path folder, String... names) throws Exception {
        Certified subject = certified(names);
        String chain = pem("CERTIFICATE", subject.certificate().getEncoded())
                + pem("CERTIFICATE", authority.certificate().getEncoded());
        Files.writeString(folder.resolve("chain.pem"), chain);
        Files.writeString(
                folder.resolve("key.pem"), pem("PRIVATE KEY", subject.key().getEncoded()));
    }

    private static String pem(String label, byte[] bytes) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END "
                + label + "-----\n";
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }

    // --- Making them ---

    private static Certified certified(String... names) {
        return known.computeIfAbsent(List.of(names), all -> {
            try {
                KeyPair keys = newKeys();
                byte[] alternatives = alternativeNames(all);
                X509Certificate certificate = sign(
                        keys,
                        all.getFirst(),
                        authority.key(),
                        "Test authority",
                        extension(SUBJECT_ALTERNATIVE_NAME, alternatives));
                return new Certified(keys.getPrivate(), certificate);
            } catch (GeneralSecurityException failure) {
                throw new IllegalStateException(failure);
            }
        });
    }

    private static Certified newAuthority(String name) {
        try {
            KeyPair keys = newKeys();
            byte[] constraints = Der.sequence(
                    Der.objectIdentifier(BASIC_CONSTRAINTS),
                    Der.yes(),
                    Der.octets(Der.sequence(Der.yes())));
            return new Certified(
                    keys.getPrivate(), sign(keys, name, keys.getPrivate(), name, constraints));
        } catch (GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static KeyPair newKeys() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private static byte[] extension(String identifier, byte[] value) {
        return Der.sequence(Der.objectIdentifier(identifier), Der.octets(value));
    }

    private static byte[] alternativeNames(List<String> names) {
        List<byte[]> all = new ArrayList<>();
        for (String name : names) {
            all.add(
                    Character.isDigit(name.charAt(0))
                            ? Der.tagged(0x87, InetAddress.ofLiteral(name).getAddress())
                            : Der.tagged(0x82, name.getBytes(US_ASCII)));
        }
        return Der.sequence(all.toArray(byte[][]::new));
    }

    /// RFC 5280 section 4.1.
    private static X509Certificate sign(
            KeyPair subject, String name, PrivateKey issuer, String issuerName, byte[] extension)
            throws GeneralSecurityException {
        Instant now = Instant.now();
        byte[] content = Der.sequence(
                Der.tagged(0xa0, Der.integer(BigInteger.TWO)), // Version 3.
                Der.integer(BigInteger.valueOf(serials.getAndIncrement())),
                ECDSA_WITH_SHA256,
                commonName(issuerName),
                Der.sequence(
                        Der.time(now.minus(Duration.ofDays(1))),
                        Der.time(now.plus(Duration.ofDays(1)))),
                commonName(name),
                subject.getPublic().getEncoded(),
                Der.tagged(0xa3, Der.sequence(extension)));
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(issuer);
        signature.update(content);
        byte[] encoded = Der.sequence(content, ECDSA_WITH_SHA256, Der.bits(signature.sign()));
        return (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(encoded));
    }

    private static byte[] commonName(String name) {
        return Der.sequence(
                Der.set(Der.sequence(Der.objectIdentifier(COMMON_NAME), Der.text(name))));
    }

    /// A JVM's first handshake takes seconds on a busy machine, which is to be no test's time. Made
    /// in memory: a secure socket that is closed before its peer has finished may wait for ever.
    private static final class FirstHandshake {
        private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

        static void make(SSLContext context) {
            SSLEngine client = context.createSSLEngine();
            client.setUseClientMode(true);
            SSLEngine server = context.createSSLEngine();
            server.setUseClientMode(false);
            int size = client.getSession().getPacketBufferSize();
            ByteBuffer toServer = ByteBuffer.allocate(size);
            ByteBuffer toClient = ByteBuffer.allocate(size);
            try {
                client.beginHandshake();
                server.beginHandshake();
                while (isShakingHands(client) || isShakingHands(server)) {
                    step(client, toClient, toServer);
                    step(server, toServer, toClient);
                }
            } catch (SSLException failure) {
                throw new UncheckedIOException(failure);
            }
        }

        private static boolean isShakingHands(SSLEngine engine) {
            return engine.getHandshakeStatus() != SSLEngineResult.HandshakeStatus.NOT_HANDSHAKING;
        }

        /// Does what the engine wants next, if what it wants to read has arrived.
        private static void step(SSLEngine engine, ByteBuffer arrived, ByteBuffer sent)
                throws SSLException {
            switch (engine.getHandshakeStatus()) {
                case NEED_TASK -> engine.getDelegatedTask().run();
                case NEED_WRAP -> engine.wrap(NOTHING, sent);
                case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
                    arrived.flip();
                    engine.unwrap(arrived, NOTHING);
                    arrived.compact();
                }
                case NOT_HANDSHAKING, FINISHED -> {}
            }
        }
    }
}
