package spindle.net;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/// Who we are and whom we trust, and the JDK's context made of it, which also remembers sessions.
///
/// @param keys our own; null if we have none
/// @param trust whom we trust; null for whom the JDK trusts
record TlsKeys(
        SSLContext context,
        @Nullable List<KeyManager> keys,
        @Nullable List<TrustManager> trust) {
    private static final char[] NO_PASSWORD = {};

    static TlsKeys of(@Nullable List<KeyManager> keys, @Nullable List<TrustManager> trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            List<TrustManager> trusting = trust == null ? trustManagers(null) : trust;
            context.init(
                    keys == null ? null : keys.toArray(KeyManager[]::new),
                    trusting.toArray(TrustManager[]::new),
                    null);
            return new TlsKeys(context, keys, trust);
        } catch (GeneralSecurityException failure) {
            throw unusable(failure);
        }
    }

    TlsKeys withKeys(KeyStore store, char[] password) {
        return of(keyManagers(store, password), trust);
    }

    TlsKeys withTrust(KeyStore store) {
        return of(keys, trustManagers(store));
    }

    /// The algorithm PKIX chooses among several certificates by the name that a client asks for;
    /// the JDK's default does not.
    static List<KeyManager> keyManagers(KeyStore store, char[] password) {
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance("PKIX");
            factory.init(store, password);
            return List.of(factory.getKeyManagers());
        } catch (GeneralSecurityException failure) {
            throw unusable(failure);
        }
    }

    private static List<TrustManager> trustManagers(@Nullable KeyStore store) {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            TrustManager[] managers = factory.getTrustManagers();
            for (int i = 0; i < managers.length; i++) {
                if (managers[i] instanceof X509ExtendedTrustManager checking) {
                    managers[i] = new ExplainingTrustManager(checking);
                }
            }
            return List.of(managers);
        } catch (GeneralSecurityException failure) {
            throw unusable(failure);
        }
    }

    private static IllegalArgumentException unusable(GeneralSecurityException failure) {
        return new IllegalArgumentException(
                "cannot use the key store: " + failure.getMessage(), failure);
    }

    // --- Key stores from PEM ---

    static KeyStore storeOf(List<X509Certificate> trusted) throws IOException {
        try {
            KeyStore store = emptyStore();
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("trusted-" + i, trusted.get(i));
            }
            return store;
        } catch (GeneralSecurityException failure) {
            throw new IOException("cannot make a key store", failure);
        }
    }

    static KeyStore storeOf(List<X509Certificate> chain, PrivateKey key) throws IOException {
        try {
            KeyStore store = emptyStore();
            store.setKeyEntry("key", key, NO_PASSWORD, chain.toArray(X509Certificate[]::new));
            return store;
        } catch (GeneralSecurityException failure) {
            throw new IOException("cannot make a key store", failure);
        }
    }

    static char[] noPassword() {
        return NO_PASSWORD;
    }

    private static KeyStore emptyStore() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
