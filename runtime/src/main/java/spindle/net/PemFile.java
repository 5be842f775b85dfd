package spindle.net;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A file of certificates or keys in PEM (RFC 7468): Base64 between `-----BEGIN X-----` and
/// `-----END X-----`; what is around that is ignored.
record PemFile(Path path, List<Block> blocks) {
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----(.*?)-----END \\1-----", Pattern.DOTALL);

    /// The algorithms of keys that a TLS certificate may have.
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA", "RSASSA-PSS");

    /// What stands between two of the lines.
    record Block(String label, String base64) {
        byte[] bytes() {
            return Base64.getMimeDecoder().decode(base64);
        }
    }

    static PemFile read(Path path) throws IOException {
        String text = Files.readString(path, StandardCharsets.ISO_8859_1);
        List<Block> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Block(matcher.group(1), matcher.group(2)));
        }
        return new PemFile(path, blocks);
    }

    /// Returns the certificates, in their order; at least one.
    List<X509Certificate> certificates() throws IOException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (Block block : blocks) {
                if (block.label().equals("CERTIFICATE")) {
                    certificates.add((X509Certificate)
                            factory.generateCertificate(new ByteArrayInputStream(block.bytes())));
                }
            }
        } catch (GeneralSecurityException failure) {
            throw new IOException(
                    "bad certificate in " + path + ": " + failure.getMessage(), failure);
        }
        if (certificates.isEmpty()) {
            throw new IOException(
                    "expected a block CERTIFICATE in " + path + " but found " + labels());
        }
        return certificates;
    }

    /// Returns the first private key, which must be in PKCS #8.
    PrivateKey privateKey() throws IOException {
        for (Block block : blocks) {
            if (block.label().equals("PRIVATE KEY")) {
                return privateKey(block.bytes());
            }
        }
        throw new IOException("expected a block PRIVATE KEY in " + path + " but found " + labels()
                + ": openssl pkcs8 -topk8 -nocrypt converts keys of other forms");
    }

    private PrivateKey privateKey(byte[] encoded) throws IOException {
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(encoded));
            } catch (InvalidKeySpecException _) {
                // It is of another one.
            } catch (GeneralSecurityException failure) {
                throw new IOException("cannot read the key in " + path, failure);
            }
        }
        throw new IOException("the key in " + path + " is of none of " + KEY_ALGORITHMS);
    }

    private List<String> labels() {
        return blocks.stream().map(Block::label).toList();
    }
}
