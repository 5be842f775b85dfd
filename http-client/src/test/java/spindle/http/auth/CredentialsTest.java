package spindle.http.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.charset.StandardCharsets;

class CredentialsTest {

    /// RFC 7617 sections 2 and 2.1.
    @Test
    void basicIsThatOfTheRfc() {
        assertThat(Credentials.basic("Aladdin", "open sesame").headerValue())
                .isEqualTo("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
        assertThat(Credentials.basic("test", "123£").headerValue())
                .isEqualTo("Basic dGVzdDoxMjPCow==");
    }

    @Test
    void basicMayBeInAnotherCharset() {
        assertThat(Credentials.basic("test", "123£", StandardCharsets.ISO_8859_1)
                        .headerValue())
                .isEqualTo("Basic dGVzdDoxMjOj");
    }

    @Test
    void basicMayBeEmptyAndHaveColonsInThePassword() {
        assertThat(Credentials.basic("", "").headerValue()).isEqualTo("Basic Og==");
        assertThat(Credentials.basic("a", ":b:").headerValue()).isEqualTo("Basic YTo6Yjo=");
    }

    @Test
    void whatAKeyboardMakesInTwoPiecesIsComposed() {
        assertThat(Credentials.basic("u", "e\u0301")).isEqualTo(Credentials.basic("u", "\u00e9"));
    }

    @Test
    void userWithAColonIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.basic("ab:cd", "x"))
                .withMessage("expected a user without a colon but there is one at index 2: "
                        + "a server would take the rest for the password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ab\n", "ab\r\nX: y", "ab\0", "ab\t", "ab\u007f"})
    void controlCharactersAreRefused(String text) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.basic(text, "x"))
                .withMessage("expected a user without control characters but there is one at"
                        + " index 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.basic("x", text))
                .withMessage("expected a password without control characters but there is one at"
                        + " index 2");
    }

    @Test
    void whatTheCharsetLacksIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.basic("u", "1€", StandardCharsets.ISO_8859_1))
                .withMessage("the user or the password has a character that ISO-8859-1 lacks:"
                        + " choose UTF-8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.basic("u", "\ud800"))
                .withMessage("the user or the password has a character that UTF-8 lacks");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mF_9.B5f-4.1JqM", "a", "abc==", "~+/._-"})
    void bearerTokenIsSentAsItIs(String token) {
        assertThat(Credentials.bearer(token).headerValue()).isEqualTo("Bearer " + token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"to ken", "to\r\n", "to=k", "to\u00e9", "to,"})
    void bearerTokenWithOtherCharactersIsRefused(String token) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Credentials.bearer(token))
                .withMessageStartingWith("expected a bearer token of letters, digits and -._~+/ "
                        + "with = at its end only, but it has another at index ")
                .withMessageNotContaining(token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "="})
    void bearerTokenOfNothingIsRefused(String token) {
        assertThatIllegalArgumentException().isThrownBy(() -> Credentials.bearer(token));
    }

    @Test
    void equalityIsThatOfWhatIsSent() {
        assertThat(Credentials.basic("a", "b"))
                .isEqualTo(Credentials.basic(new Login("a", "b")))
                .hasSameHashCodeAs(Credentials.basic("a", "b"))
                .isNotEqualTo(Credentials.basic("a", "c"))
                .isNotEqualTo(Credentials.bearer("a"));
    }

    @Test
    void toStringShowsNoSecret() {
        assertThat(Credentials.basic("user", "password")).hasToString("<Credentials Basic ***>");
        assertThat(Credentials.bearer("token")).hasToString("<Credentials Bearer ***>");
        assertThat(new Login("user", "password")).hasToString("<Login ***>");
    }
}
