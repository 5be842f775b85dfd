package spindle.net;

import java.util.List;
import java.util.Optional;

import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;

/// What TLS has agreed on with a peer.
///
/// @param session the session: the version, the cipher, the peer's certificates
/// @param applicationProtocol what ALPN has chosen, such as `http/1.1`; empty if nothing was
public record TlsDetails(SSLSession session, String applicationProtocol) {
    static TlsDetails of(SSLEngine engine) {
        String chosen = engine.getApplicationProtocol();
        return new TlsDetails(engine.getSession(), chosen == null ? "" : chosen);
    }

    /// Returns the name of the server that the client has asked for (SNI), on both sides; empty if
    /// it has not.
    public Optional<String> serverName() {
        List<SNIServerName> names = session instanceof ExtendedSSLSession extended
                ? extended.getRequestedServerNames()
                : List.of();
        return names.stream()
                .filter(SNIHostName.class::isInstance)
                .map(name -> ((SNIHostName) name).getAsciiName())
                .findFirst();
    }

    boolean isTls13() {
        return session.getProtocol().equals("TLSv1.3");
    }

    /// Returns a form such as `TLSv1.3 TLS_AES_256_GCM_SHA384 http/1.1`.
    @Override
    public String toString() {
        return session.getProtocol() + " " + session.getCipherSuite()
                + (applicationProtocol.isEmpty() ? "" : " " + applicationProtocol);
    }
}
