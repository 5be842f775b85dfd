package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/// What a [Tls] has been told, but for keys and trust.
record TlsOptions(
        boolean client,
        @Nullable String serverName,
        boolean verifiesHostname,
        Set<String> pins,
        List<String> versions,
        List<String> applicationProtocols,
        Tls.ClientAuthentication clientAuthentication,
        Duration handshakeTimeout,
        Duration shutdownTimeout) {
    private static final List<String> VERSIONS = List.of("TLSv1.3", "TLSv1.2");

    static TlsOptions defaults(boolean client) {
        return new TlsOptions(
                client,
                null,
                client,
                Set.of(),
                VERSIONS,
                List.of(),
                Tls.ClientAuthentication.NONE,
                Duration.ofSeconds(60),
                Duration.ofSeconds(30));
    }

    TlsOptions {
        if (versions.isEmpty() || !VERSIONS.containsAll(versions)) {
            throw new IllegalArgumentException(
                    "expected versions out of " + VERSIONS + " but got " + versions);
        }
        for (String pin : pins) {
            if (!pin.matches("sha256/[A-Za-z0-9+/]{43}=")) {
                throw new IllegalArgumentException(
                        "expected a pin such as Tls.pinOf returns, sha256/ and 44 characters of Base64, but got \""
                                + pin + "\"");
            }
        }
        checkPositive("handshake timeout", handshakeTimeout);
        checkPositive("shutdown timeout", shutdownTimeout);
    }

    private static void checkPositive(String what, Duration time) {
        if (!time.isPositive()) {
            throw new IllegalArgumentException(
                    "expected a positive " + what + " but it is " + time);
        }
    }

    TlsOptions withServerName(String name) {
        return new TlsOptions(
                client,
                name,
                verifiesHostname,
                pins,
                versions,
                applicationProtocols,
                clientAuthentication,
                handshakeTimeout,
                shutdownTimeout);
    }

    TlsOptions withHostnameVerification(boolean verify) {
        return new TlsOptions(
                client,
                serverName,
                verify,
                pins,
                versions,
                applicationProtocols,
                clientAuthentication,
                handshakeTimeout,
                shutdownTimeout);
    }

    TlsOptions withPins(Set<String> allowed) {
        return new TlsOptions(
                client,
                serverName,
                verifiesHostname,
                Set.copyOf(allowed),
                versions,
                applicationProtocols,
                clientAuthentication,
                handshakeTimeout,
                shutdownTimeout);
    }

    TlsOptions withVersions(List<String> allowed) {
        return new TlsOptions(
                client,
                serverName,
                verifiesHostname,
                pins,
                List.copyOf(allowed),
                applicationProtocols,
                clientAuthentication,
                handshakeTimeout,
                shutdownTimeout);
    }

    TlsOptions withApplicationProtocols(List<String> names) {
        return new TlsOptions(
                client,
                serverName,
                verifiesHostname,
                pins,
                versions,
                List.copyOf(names),
                clientAuthentication,
                handshakeTimeout,
                shutdownTimeout);
    }

    TlsOptions withClientAuthentication(Tls.ClientAuthentication authentication) {
        return new TlsOptions(
                client,
                serverName,
                verifiesHostname,
                pins,
                versions,
                applicationProtocols,
                authentication,
                handshakeTimeout,
                shutdownTimeout);
    }

    TlsOptions withTimeouts(Duration handshake, Duration shutdown) {
        return new TlsOptions(
                client,
                serverName,
                verifiesHostname,
                pins,
                versions,
                applicationProtocols,
                clientAuthentication,
                handshake,
                shutdown);
    }

    // --- Applying them ---

    /// Returns the name that the server at an address must prove to have; null if there is none.
    @Nullable
    String nameOf(SocketAddress address) {
        if (serverName != null) {
            return normalize(serverName);
        }
        return address instanceof InetSocketAddress inet ? normalize(inet.getHostString()) : null;
    }

    static int portOf(SocketAddress address) {
        return address instanceof InetSocketAddress inet ? inet.getPort() : 0;
    }

    /// A dot at the end of a name, and the zone of an address, are not part of a certificate's
    /// names.
    private static String normalize(String host) {
        String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
        int zone = name.indexOf('%');
        return zone < 0 ? name : name.substring(0, zone);
    }

    void applyTo(SSLEngine engine) {
        engine.setUseClientMode(client);
        SSLParameters parameters = engine.getSSLParameters();
        parameters.setProtocols(versions.toArray(String[]::new));
        parameters.setApplicationProtocols(applicationProtocols.toArray(String[]::new));
        if (client) {
            applyToClient(parameters, engine.getPeerHost());
        } else {
            switch (clientAuthentication) {
                case NONE -> parameters.setNeedClientAuth(false);
                case WANTED -> parameters.setWantClientAuth(true);
                case REQUIRED -> parameters.setNeedClientAuth(true);
            }
        }
        engine.setSSLParameters(parameters);
    }

    private void applyToClient(SSLParameters parameters, @Nullable String name) {
        if (verifiesHostname) {
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
        }
        if (name != null && !isLiteral(name)) {
            parameters.setServerNames(List.of(new SNIHostName(name)));
        }
    }

    private static boolean isLiteral(String host) {
        try {
            InetAddress.ofLiteral(host);
            return true;
        } catch (IllegalArgumentException isAName) {
            return false;
        }
    }

    /// Checks the peer's own certificate against the pins, if there are any.
    void checkPins(SSLSession session) throws SSLPeerUnverifiedException {
        if (pins.isEmpty()) {
            return;
        }
        String found = Tls.pinOf((X509Certificate) session.getPeerCertificates()[0]);
        if (!pins.contains(found)) {
            throw new SSLPeerUnverifiedException("the key of its certificate is " + found
                    + ", which is not among the pinned " + new TreeSet<>(pins));
        }
    }
}
