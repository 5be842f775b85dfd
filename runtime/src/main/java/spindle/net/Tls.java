package spindle.net;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/// TLS 1.2 and 1.3, as a client or as a server, over any transport.
///
/// ```java
/// Tls tls = Tls.client();                                // once, at the start of the program
/// Network secure = tls.over(Network.current());
/// await(secure.connect(address, MyProtocol::new));       // connectionMade after the handshake
/// ```
///
/// A connection is a [Transport] over a [Transport], so a live one can be upgraded
/// ([#startTls]), and TLS runs within TLS. [Transport#tls()] says what was agreed on. Its end is
/// told: `connectionLost` gets a [TlsTruncationException] if the peer, or somebody on the way, cut
/// the connection. The end of one direction alone ([Transport#writeEof()]) needs TLS 1.3. A peer
/// that wants to renegotiate is refused.
///
/// Immutable, and for any thread and loop. Making one reads files and certificates, which takes
/// a while: keep it, and derive others from it. Those that are derived share its memory of
/// sessions, by which later handshakes with a server are shorter, unless their keys or their trust
/// differ.
public final class Tls {
    /// Whether a server asks clients for a certificate.
    public enum ClientAuthentication {
        /// It does not.
        NONE,
        /// It does, and serves those without one too.
        WANTED,
        /// It does, and refuses those without one that it trusts.
        REQUIRED
    }

    private final TlsOptions options;
    private final TlsKeys keys;

    private Tls(TlsOptions options, TlsKeys keys) {
        this.options = options;
        this.keys = keys;
    }

    /// Returns a client's side: trusts whom the JDK trusts, insists that the server's certificate
    /// is for the name that it was asked for.
    public static Tls client() {
        return new Tls(TlsOptions.defaults(true), TlsKeys.of(null, null));
    }

    /// Returns a server's side.
    ///
    /// @param store holds one or more private keys, each with its chain of certificates: the one
    ///     for the name that the client asks for is chosen
    /// @throws IllegalArgumentException if the store cannot be used, because of the password say
    public static Tls server(KeyStore store, char[] password) {
        return new Tls(
                TlsOptions.defaults(false), TlsKeys.of(TlsKeys.keyManagers(store, password), null));
    }

    /// Returns a server's side.
    ///
    /// @param certificates a PEM file: the server's certificate, then those that lead from it to
    ///     an authority
    /// @param privateKey a PEM file: the key, in PKCS #8, not encrypted
    /// @throws IOException if a file cannot be read or holds something else
    public static Tls server(Path certificates, Path privateKey) throws IOException {
        return server(storeOf(certificates, privateKey), TlsKeys.noPassword());
    }

    private static KeyStore storeOf(Path certificates, Path privateKey) throws IOException {
        List<X509Certificate> chain = PemFile.read(certificates).certificates();
        PrivateKey key = PemFile.read(privateKey).privateKey();
        return TlsKeys.storeOf(chain, key);
    }

    // --- Who we are, and whom we trust ---

    /// Returns this with a certificate of its own, for servers that ask for one.
    ///
    /// @throws IllegalArgumentException if the store cannot be used
    public Tls withIdentity(KeyStore store, char[] password) {
        return new Tls(options, keys.withKeys(store, password));
    }

    /// Returns this with a certificate of its own, from PEM files as those of
    /// [#server(Path, Path)].
    ///
    /// @throws IOException if a file cannot be read or holds something else
    public Tls withIdentity(Path certificates, Path privateKey) throws IOException {
        return withIdentity(storeOf(certificates, privateKey), TlsKeys.noPassword());
    }

    /// Returns this trusting the certificates in a store, and no others.
    ///
    /// @throws IllegalArgumentException if the store cannot be used
    public Tls withTrust(KeyStore store) {
        return new Tls(options, keys.withTrust(store));
    }

    /// Returns this trusting the certificates in a PEM file, and no others: authorities, or
    /// servers that signed their own.
    ///
    /// @throws IOException if it cannot be read or holds none
    public Tls withTrust(Path certificates) throws IOException {
        return withTrust(TlsKeys.storeOf(PemFile.read(certificates).certificates()));
    }

    /// Returns this with a context of the caller's, which brings keys, trust and memory of
    /// sessions with it, until a later `withTrust` or `withIdentity`. Messages about certificates
    /// are the JDK's own then.
    public Tls withSslContext(SSLContext context) {
        return new Tls(options, new TlsKeys(context, null, null));
    }

    /// Returns this accepting only servers with one of these keys, in addition to what is checked
    /// anyway. It is the key of the server's own certificate that counts, not of an authority.
    ///
    /// @param pins as [#pinOf] returns them; none accepts any
    public Tls withPinnedCertificates(Set<String> pins) {
        return new Tls(options.withPins(pins), keys);
    }

    /// Returns the pin of a certificate: `sha256/` and the SHA-256 of its SubjectPublicKeyInfo in
    /// Base64 (RFC 7469, section 2.4), so a renewed certificate with the same key has the same.
    public static String pinOf(X509Certificate certificate) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(certificate.getPublicKey().getEncoded());
            return "sha256/" + Base64.getEncoder().encodeToString(hash);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every JDK has SHA-256", impossible);
        }
    }

    /// Returns this with the name that the server must prove to have, and by which it is asked for
    /// (SNI), in place of the host of the address.
    public Tls withServerName(String host) {
        return new Tls(options.withServerName(host), keys);
    }

    /// Returns this with the name of the server, unless it was given one already.
    public Tls withDefaultServerName(String host) {
        return options.serverName() == null ? withServerName(host) : this;
    }

    /// Returns this checking, or **not checking**, that the server's certificate is for the name
    /// it was asked for.
    ///
    /// **Without that check anybody on the way can read and change everything**: all they need is
    /// some certificate, of any server at all, from any authority that we trust. Only where trust
    /// itself is limited to the one server ([#withTrust], [#withPinnedCertificates]) is it safe.
    public Tls withHostnameVerification(boolean verify) {
        return new Tls(options.withHostnameVerification(verify), keys);
    }

    /// Returns this asking clients for a certificate, or not; they are trusted as [#withTrust]
    /// says. Only for a server.
    public Tls withClientAuthentication(ClientAuthentication authentication) {
        return new Tls(options.withClientAuthentication(authentication), keys);
    }

    // --- What is to be agreed on ---

    /// Returns this offering these protocols (ALPN), the best first. Where both sides name some
    /// and none is common, the handshake fails.
    public Tls withApplicationProtocols(String... names) {
        return new Tls(options.withApplicationProtocols(List.of(names)), keys);
    }

    /// Returns this with these versions and no others: `TLSv1.3`, `TLSv1.2` or both.
    public Tls withVersions(String... versions) {
        return new Tls(options.withVersions(List.of(versions)), keys);
    }

    /// Returns this with a limit to how long a handshake may take, from when the transport below is
    /// connected; 60 s at first.
    public Tls withHandshakeTimeout(Duration limit) {
        return new Tls(options.withTimeouts(limit, options.shutdownTimeout()), keys);
    }

    /// Returns this with a limit to how long a closing connection waits for the peer's
    /// `close_notify`, once all is sent; 30 s at first. If it runs out, `connectionLost` gets a
    /// [java.net.SocketTimeoutException].
    public Tls withShutdownTimeout(Duration limit) {
        return new Tls(options.withTimeouts(options.handshakeTimeout(), limit), keys);
    }

    // --- Using it ---

    /// Returns a network whose connections are encrypted.
    ///
    /// A client's: `connect` returns after the handshake, and fails if that fails, with an
    /// [IOException] that says with whom, why, and, where the server is not trusted, what was
    /// expected and found. Cancelling it closes the connection at any stage.
    ///
    /// A server's: a connection gets its protocol after the handshake. Handshakes that fail are
    /// reported to the loop's exception handler, but for peers that leave without having sent a
    /// byte. While a handshake lasts, its connection counts as one of the server's.
    public Network over(Network network) {
        return new TlsNetwork(this, network);
    }

    /// Returns a coroutine that has an open connection go on in TLS, as STARTTLS does, and returns
    /// the protocol for it, its `connectionMade` already called, with the new transport. The old
    /// one belongs to the new one from then on, and its protocol hears nothing more. Suspends the
    /// calling task. If it fails or is cancelled, the connection is closed.
    ///
    /// What arrives before the coroutine runs goes to the old protocol and is no part of the
    /// handshake: have reading paused where the peer may have begun already. It is resumed.
    ///
    /// @param protocols called once, after the handshake
    @CheckReturnValue
    public <P extends Protocol> Coroutine<P> startTls(Transport transport, Supplier<P> protocols) {
        return () -> {
            if (transport.isClosing()) {
                throw new IOException("cannot start TLS, the connection is closing: " + transport);
            }
            PendingHandshake pending =
                    new PendingHandshake(this, EventLoop.current(), transport.remoteAddress());
            return pending.finish(() -> pending.handshake().takeOver(transport), protocols);
        };
    }

    TlsOptions options() {
        return options;
    }

    /// Returns an engine for a connection with `peer`. Sessions are remembered by the name and
    /// port of the server.
    SSLEngine newEngine(SocketAddress peer) {
        String name = options.nameOf(peer);
        if (name == null && options.verifiesHostname()) {
            throw new IllegalArgumentException("expected the name that the server at " + peer
                    + " must prove to have: give it with Tls.withServerName");
        }
        SSLEngine engine = !options.client() || name == null
                ? keys.context().createSSLEngine()
                : keys.context().createSSLEngine(name, TlsOptions.portOf(peer));
        options.applyTo(engine);
        return engine;
    }

    /// Returns a form such as `<Tls client [TLSv1.3, TLSv1.2]>`.
    @Override
    public String toString() {
        return "<Tls " + (options.client() ? "client " : "server ") + options.versions() + ">";
    }
}
