package spindle.net;

import javax.net.ssl.SSLSession;

/// What TLS has agreed on with a peer.
///
/// @param session the session: the version, the cipher, the peer's certificates
/// @param applicationProtocol what ALPN has chosen, such as `http/1.1`; empty if nothing was
public record TlsDetails(SSLSession session, String applicationProtocol) {
    /// Returns a form such as `TLSv1.3 TLS_AES_256_GCM_SHA384 http/1.1`.
    @Override
    public String toString() {
        return session.getProtocol() + " " + session.getCipherSuite()
                + (applicationProtocol.isEmpty() ? "" : " " + applicationProtocol);
    }
}
