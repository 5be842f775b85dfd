package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import static spindle.http.auth.Digests.get;
import static spindle.http.auth.Digests.hash;
import static spindle.http.auth.Digests.parameters;
import static spindle.http.auth.Digests.session;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DigestAnswerTest {
    private static final Login JASON = new Login("J\u00e4s\u00f8n Doe", "Secret, or not?");

    // --- Vectors of the RFCs ---

    @Test
    void answerIsThatOfRfc2617() {
        DigestSession session =
                session("qop=\"auth,auth-int\", opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");

        assertThat(get(session).headerValue())
                .isEqualTo("Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
                        + "uri=\"/dir/index.html\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
                        + "nc=00000001, cnonce=\"0a4f113b\", qop=auth, "
                        + "response=\"6629fae49393a05397450978507c4ef1\", "
                        + "opaque=\"5ccc069c403ebaf9f0171e9517f40e41\"");
    }

    @ParameterizedTest
    @CsvSource({
        "MD5,     8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    })
    void answerIsThatOfRfc7616(String algorithm, String response) {
        DigestSession session = session(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm="
                        + algorithm + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
                        + "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"",
                new Login("Mufasa", "Circle of Life"),
                "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");

        assertThat(get(session).headerValue())
                .isEqualTo("Digest username=\"Mufasa\", realm=\"http-auth@example.org\", "
                        + "uri=\"/dir/index.html\", algorithm=" + algorithm
                        + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", nc=00000001, "
                        + "cnonce=\"f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ\", qop=auth, "
                        + "response=\"" + response
                        + "\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
    }

    /// RFC 7616 section 3.9.2, with the values of its erratum 4897: those of the RFC are of a
    /// cut SHA-512.
    @Test
    void userIsHashedAsInRfc7616() {
        DigestAnswer answer = jasonsAnswer(", userhash=true");

        assertThat(answer.headerValue())
                .isEqualTo("Digest username=\""
                        + "793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b\", "
                        + "realm=\"api@example.org\", uri=\"/doe.json\", algorithm=SHA-512-256, "
                        + "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", nc=00000001, "
                        + "cnonce=\"NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v\", qop=auth, "
                        + "response=\""
                        + "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5\", "
                        + "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", "
                        + "userhash=true");
    }

    @Test
    void userBeyondAsciiIsEncodedAsInRfc7616() {
        assertThat(jasonsAnswer("").headerValue())
                .startsWith("Digest username*=UTF-8''J%C3%A4s%C3%B8n%20Doe, realm=")
                .contains("response=\"3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb")
                .doesNotContain("userhash");
    }

    private static DigestAnswer jasonsAnswer(String more) {
        DigestSession session = session(
                "Digest realm=\"api@example.org\", qop=\"auth\", algorithm=SHA-512-256, "
                        + "nonce=\"5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK\", "
                        + "opaque=\"HRPCssKJSGjCrkzDg8OhwpzCiGPChXYjwrI2QmXDnsOS\", charset=UTF-8"
                        + more,
                JASON,
                "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v");
        return session.answer("GET", "/doe.json", null);
    }

    // --- What is hashed; values of another implementation of the hashes ---

    @ParameterizedTest
    @CsvSource({
        "MD5,              6629fae49393a05397450978507c4ef1",
        "MD5-sess,         8e3825c57e897f5a0dec6c2d4e5059d0",
        "SHA-256,          5abdd07184ba512a22c53f41470e5eea7dcaa3a93a59b630c13dfe0a5dc6e38b",
        "SHA-256-sess,     b8822e12417cb7750f4e2b8515f0dcf25b7dd26993e80bee1426201446a7f59b",
        "SHA-512-256,      f23c08ec7334a881f8286e68450ddbd9f0cd91c41481f0e1433604da8113c6dc",
        "SHA-512-256-sess, 0d21f0db3ec5cda5b850c0afa3bc29b4a3c5a6191959ff1baf511d4b38eb6b1e",
    })
    void everyAlgorithmAnswers(String algorithm, String response) {
        assertThat(parameters(get(session("qop=auth, algorithm=" + algorithm))))
                .containsEntry("response", response)
                .containsEntry("algorithm", algorithm);
    }

    @ParameterizedTest
    @CsvSource({
        "MD5,              4b9dff6a3247bddd2fed3d63a302e8dc",
        "MD5-sess,         845ec6c3dd086f9d7b7e402a1382bbfa",
        "SHA-256,          60da7f7b95a02a9e2ae2c365571405cd68e700c2290205d1d91bcc04ae84410e",
        "SHA-256-sess,     ade16bf7fb5797417fff5a58f2be4566d05a4fe6959846a2eca9323728582127",
        "SHA-512-256,      137b33649ed53574890caaacfbb786d7265a2e995ce6949c0745a5ac34ff0c19",
        "SHA-512-256-sess, f0b2d6ee641050477697466124cafa46b06b44fe83829a76ed5291598b10c7e3",
    })
    void everyAlgorithmVouchesForABody(String algorithm, String response) {
        DigestSession session = session("qop=\"auth,auth-int\", algorithm=" + algorithm);

        DigestAnswer answer = session.answer("GET", "/dir/index.html", hash(session, "hello"));

        assertThat(parameters(answer))
                .containsEntry("response", response)
                .containsEntry("qop", "auth-int");
    }

    @Test
    void bodyIsNotVouchedForIfThatIsNotOffered() {
        DigestSession session = session("qop=auth");

        DigestAnswer answer = session.answer("GET", "/dir/index.html", hash(session, "hello"));

        assertThat(answer.headerValue()).isEqualTo(get(session("qop=auth")).headerValue());
    }

    @Test
    void requiredHashOfTheBodyIsAskedFor() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> get(session("qop=auth-int")))
                .withMessage("expected the hash of the request's body, since the server takes no "
                        + "less than qop=auth-int, but there is none");
    }

    @Test
    void hashOfABodyHasTheLengthOfTheAlgorithms() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> session("qop=auth-int").answer("GET", "/", new byte[5]))
                .withMessage("expected a hash of 16 bytes, as MD5 makes them, but got 5 bytes");
    }

    @Test
    void serverWithoutQopGetsTheAnswerOfOld() {
        assertThat(get(session("")).headerValue())
                .isEqualTo("Digest username=\"Mufasa\", realm=\"testrealm@host.com\", "
                        + "uri=\"/dir/index.html\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", "
                        + "response=\"670fd8c2df070c60b045671b8b24ff02\"");
    }

    @Test
    void clientNonceIsSentWithoutQopIfItIsHashed() {
        assertThat(parameters(get(session("algorithm=MD5-sess"))))
                .containsEntry("cnonce", "0a4f113b")
                .containsEntry("response", "4726bc10c33fa6cb357eb27807b1cce8")
                .doesNotContainKeys("qop", "nc");
    }

    // --- How things are written ---

    @Test
    void bytesOfTheServerAreHashedAndEchoedAsTheyCame() {
        DigestSession session = session(
                "Digest realm=\"Gr\u00f6\u00dfe\", nonce=\"n\", qop=auth",
                new Login("u", "p"),
                "c");

        assertThat(parameters(session.answer("GET", "/", null)))
                .containsEntry("realm", "Gr\u00f6\u00dfe")
                .containsEntry("response", "e39afa27f79981848894ceccef00c206");
    }

    @Test
    void userBeyondAsciiIsSentInUtf8ToServersThatSayNothing() {
        DigestSession session = session(
                "Digest realm=\"r\", nonce=\"n\", qop=auth",
                new Login("J\u00e4s\u00f8n", "p\u00e4"),
                "c");

        assertThat(parameters(session.answer("GET", "/", null)))
                .containsEntry("username", "J\u00c3\u00a4s\u00c3\u00b8n")
                .containsEntry("response", "edeebce1d80f0120f991ec561dd467a4");
    }

    @Test
    void quotationMarksAndBackslashesAreEscaped() {
        DigestSession session = session(
                "Digest realm=\"a\\\"b\", nonce=\"n\\\\\", opaque=\"\\\"\"",
                new Login("x\"\\", "p"),
                "c");

        assertThat(session.answer("GET", "/", null).headerValue())
                .startsWith("Digest username=\"x\\\"\\\\\", realm=\"a\\\"b\", uri=\"/\", "
                        + "nonce=\"n\\\\\", ")
                .endsWith(", opaque=\"\\\"\"");
    }

    @Test
    void asciiUserIsWrittenPlainlyWhateverTheCharset() {
        assertThat(get(session("charset=UTF-8, qop=auth")).headerValue())
                .startsWith("Digest username=\"Mufasa\", ");
    }

    @Test
    void toStringShowsNoSecret() {
        assertThat(get(session("qop=auth"))).hasToString("<DigestAnswer count=00000001 ***>");
    }
}
