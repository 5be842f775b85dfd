package spindle.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.auth.Credentials;
import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;
import spindle.net.Tls;

import java.util.Map;

class ProxyTest {

    @ParameterizedTest
    @CsvSource({
        "http://proxy,                        http://proxy",
        "http://PROXY:3128/,                  http://proxy:3128",
        "https://proxy:443,                   https://proxy",
        "http://proxy:8080/path?query#piece,  http://proxy:8080",
        "http://u:p@proxy:8080/,              http://proxy:8080",
        "'http://[2001:DB8::1]:8080/',        'http://[2001:db8::1]:8080'",
    })
    void onlyTheOriginOfTheUrlIsKept(String given, String origin) {
        Proxy proxy = Proxy.of(given);

        assertThat(proxy.url().text()).isEqualTo(origin + "/");
        assertThat(proxy).hasToString("<Proxy " + origin + ">");
    }

    @Test
    void credentialsOfTheUrlAreBasicOnes() {
        assertThat(Proxy.of("http://us%65r:p%40ss:w@proxy").credentials())
                .isEqualTo(Credentials.basic("user", "p@ss:w"));
        assertThat(Proxy.of("http://user@proxy").credentials())
                .isEqualTo(Credentials.basic("user", ""));
        assertThat(Proxy.of("http://:p@proxy").credentials()).isEqualTo(Credentials.basic("", "p"));
        assertThat(Proxy.of("http://proxy").credentials()).isNull();
    }

    @Test
    void otherCredentialsMayBeGiven() {
        Proxy proxy = Proxy.of("http://u:p@proxy").withCredentials(Credentials.bearer("token"));

        assertThat(proxy.credentials()).isEqualTo(Credentials.bearer("token"));
    }

    @Test
    void fieldsAreAddedInTheirOrder() {
        Proxy plain = Proxy.of("http://proxy");
        Proxy proxy = plain.withField("X-B", "1").withField("X-A", "2").withField("x-b", "3");

        assertThat(proxy.fields())
                .containsExactly(
                        Map.entry("X-B", "1"), Map.entry("X-A", "2"), Map.entry("x-b", "3"));
        assertThat(plain.fields()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host", "content-length", "Transfer-Encoding", "Connection"})
    void fieldsThatTheClientSaysItselfAreRefused(String name) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Proxy.of("http://proxy").withField(name, "x"))
                .withMessage("expected a field for the proxy but " + name
                        + " is the client's own to say");
    }

    @Test
    void fieldsThatBreakOutOfTheirLineAreRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Proxy.of("http://proxy").withField("X", "secret\r\nY: z"))
                .withMessageNotContaining("secret");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Proxy.of("http://proxy").withField("X Y", "z"));
    }

    @Test
    void authorizationIsSaidOnce() {
        Proxy authorized = Proxy.of("http://proxy").withField("proxy-authorization", "Custom x");

        assertThat(authorized.credentials()).isNull();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> authorized.withCredentials(Credentials.basic("u", "p")))
                .withMessage("expected credentials or a field Proxy-Authorization but there are "
                        + "both: leave one out");
        assertThatIllegalArgumentException()
                .isThrownBy(
                        () -> Proxy.of("http://u:p@proxy").withField("Proxy-Authorization", "x"));
    }

    @Test
    void otherSchemesAreRefused() {
        assertThatThrownBy(() -> Proxy.of("socks5://u:secret@proxy"))
                .isInstanceOf(InvalidUrlException.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void equalityIsThatOfConnections() {
        Proxy proxy = Proxy.of("http://u:p@proxy/").withField("A", "b");

        assertThat(proxy)
                .isEqualTo(Proxy.of("http://proxy:80/x")
                        .withField("A", "b")
                        .withCredentials(Credentials.basic("u", "p")))
                .hasSameHashCodeAs(Proxy.of("http://u:p@proxy").withField("A", "b"))
                .isNotEqualTo(Proxy.of("http://u:q@proxy").withField("A", "b"))
                .isNotEqualTo(Proxy.of("http://u:p@proxy").withField("A", "c"))
                .isNotEqualTo(Proxy.of("https://u:p@proxy:80").withField("A", "b"));
    }

    @Test
    void connectionsWithOtherKeysAndTrustAreNotThoseOfThisProxy() {
        Proxy proxy = Proxy.of("https://proxy");
        Tls tls = Tls.client();

        assertThat(proxy.tls()).isNull();
        assertThat(proxy.withTls(tls))
                .isEqualTo(proxy.withTls(tls))
                .hasSameHashCodeAs(proxy.withTls(tls))
                .isNotEqualTo(proxy)
                .isNotEqualTo(proxy.withTls(Tls.client()));
    }

    @Test
    void credentialsAndFieldsLeaveKeysAndTrustAsTheyWere() {
        Tls tls = Tls.client();
        Proxy proxy = Proxy.of("https://proxy")
                .withTls(tls)
                .withCredentials(Credentials.basic("u", "p"))
                .withField("A", "b");

        assertThat(proxy.tls()).isSameAs(tls);
    }

    @Test
    void choosersChoose() {
        Url target = Url.parse("http://host/");
        Proxy proxy = Proxy.of("http://proxy");

        assertThat(ProxyChooser.none().proxyFor(target)).isNull();
        assertThat(ProxyChooser.always(proxy).proxyFor(target)).isSameAs(proxy);
    }
}
