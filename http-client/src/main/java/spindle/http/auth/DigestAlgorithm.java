package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// The hash functions of digest authentication (RFC 7616 section 6.1).
///
/// The variants with `-sess` hash the password once for each challenge, together with the
/// nonces of the first answer.
public enum DigestAlgorithm {
    /// Broken as a hash, and what most servers offer: last choice.
    MD5("MD5", "MD5", false),
    /// MD5 with a key for each challenge.
    MD5_SESS("MD5-sess", "MD5", true),
    /// SHA-256.
    SHA_256("SHA-256", "SHA-256", false),
    /// SHA-256 with a key for each challenge.
    SHA_256_SESS("SHA-256-sess", "SHA-256", true),
    /// SHA-512/256, which is no cut SHA-512 (FIPS 180-4; so RFC 7616 erratum 4897).
    SHA_512_256("SHA-512-256", "SHA-512/256", false),
    /// SHA-512/256 with a key for each challenge.
    SHA_512_256_SESS("SHA-512-256-sess", "SHA-512/256", true);

    private final String token;
    private final String function;
    private final boolean isSession;

    DigestAlgorithm(String token, String function, boolean isSession) {
        this.token = token;
        this.function = function;
        this.isSession = isSession;
    }

    /// Returns the algorithm with a name as servers send it, in whatever case; null if it is
    /// unknown, or this JVM lacks the function.
    static @Nullable DigestAlgorithm named(String name) {
        for (DigestAlgorithm algorithm : values()) {
            if (algorithm.token.equalsIgnoreCase(name)) {
                return algorithm.isAvailable() ? algorithm : null;
            }
        }
        return null;
    }

    /// A JVM that is held to FIPS 140 has no MD5.
    private boolean isAvailable() {
        try {
            MessageDigest.getInstance(function);
            return true;
        } catch (NoSuchAlgorithmException _) {
            return false;
        }
    }

    /// Returns its name in fields, such as `SHA-256-sess`.
    public String token() {
        return token;
    }

    /// Says whether it is one of those with `-sess`.
    public boolean isSession() {
        return isSession;
    }

    /// Says whether it is preferred to another one. SHA-256 and SHA-512-256 are as good as each
    /// other: both have 256 bits.
    boolean isStrongerThan(DigestAlgorithm other) {
        return !function.equals("MD5") && other.function.equals("MD5");
    }

    /// Returns a new hash function, for the body of a message with `auth-int`.
    public MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance(function);
        } catch (NoSuchAlgorithmException failure) {
            throw new IllegalStateException("this JVM has no " + function, failure);
        }
    }
}
