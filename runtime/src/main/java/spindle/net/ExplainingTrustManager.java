package spindle.net;

import org.jspecify.annotations.Nullable;

import java.net.Socket;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

/// Checks certificates as another trust manager does, and says what is wrong with one: the JDK's
/// own messages name neither the certificate nor the names in it.
final class ExplainingTrustManager extends X509ExtendedTrustManager {
    private final X509ExtendedTrustManager checking;

    ExplainingTrustManager(X509ExtendedTrustManager checking) {
        this.checking = checking;
    }

    /// A check that may fail.
    private interface Check {
        void run() throws CertificateException;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        explain(
                () -> checking.checkServerTrusted(chain, authType, engine),
                chain,
                engine.getPeerHost());
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        explain(() -> checking.checkClientTrusted(chain, authType, engine), chain, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        explain(() -> checking.checkServerTrusted(chain, authType, socket), chain, null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        explain(() -> checking.checkClientTrusted(chain, authType, socket), chain, null);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        explain(() -> checking.checkServerTrusted(chain, authType), chain, null);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
            throws CertificateException {
        explain(() -> checking.checkClientTrusted(chain, authType), chain, null);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return checking.getAcceptedIssuers();
    }

    private static void explain(Check check, X509Certificate[] chain, @Nullable String host)
            throws CertificateException {
        try {
            check.run();
        } catch (CertificateException failure) {
            // The engine chooses its alert by the cause.
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            throw new CertificateException(describe(chain, failure, host), cause);
        }
    }

    private static String describe(
            X509Certificate[] chain, CertificateException failure, @Nullable String host) {
        for (X509Certificate certificate : chain) {
            try {
                certificate.checkValidity();
            } catch (CertificateExpiredException _) {
                return "its certificate " + name(certificate) + " has expired, on "
                        + certificate.getNotAfter().toInstant();
            } catch (CertificateNotYetValidException _) {
                return "its certificate " + name(certificate) + " is not valid before "
                        + certificate.getNotBefore().toInstant() + ": is our clock right?";
            }
        }
        if (failure.getCause() instanceof CertPathBuilderException) {
            return "its certificate " + name(chain[0]) + " leads to no authority that we trust: "
                    + "issued by '" + chain[chain.length - 1].getIssuerX500Principal()
                    + "'; give ours with Tls.withTrust";
        }
        if (host != null && failure.getCause() == null) {
            return "its certificate is not for '" + host + "' but for " + names(chain[0]) + " ("
                    + failure.getMessage() + ")";
        }
        return "its certificate " + name(chain[0]) + " is not trusted: " + failure.getMessage();
    }

    private static String name(X509Certificate certificate) {
        return "'" + certificate.getSubjectX500Principal() + "'";
    }

    /// Returns the names and addresses that a certificate is for.
    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.get(1) instanceof String name) {
                        names.add(name);
                    }
                }
            }
        } catch (CertificateParsingException _) {
            // Then its subject has to do.
        }
        return names.isEmpty() ? List.of(certificate.getSubjectX500Principal().toString()) : names;
    }
}
