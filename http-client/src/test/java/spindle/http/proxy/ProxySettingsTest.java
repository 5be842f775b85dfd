package spindle.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.auth.Credentials;
import spindle.http.url.Url;
import spindle.net.Tls;

import java.util.HashMap;
import java.util.Map;

class ProxySettingsTest {

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
            nothing=x                                        → none         → none
            http_proxy=http://a                              → http://a     → none
            HTTP_PROXY=http://a                              → http://a     → none
            https_proxy=http://a                             → none         → http://a
            HTTPS_PROXY=http://a                             → none         → http://a
            all_proxy=http://a                               → http://a     → http://a
            ALL_PROXY=http://a                               → http://a     → http://a
            http_proxy=http://a HTTP_PROXY=http://b          → http://a     → none
            https_proxy=http://a HTTPS_PROXY=http://b        → none         → http://a
            all_proxy=http://a ALL_PROXY=http://b            → http://a     → http://a
            http_proxy=http://a all_proxy=http://b           → http://a     → http://b
            https_proxy=http://a ALL_PROXY=http://b          → http://b     → http://a
            http_proxy= HTTP_PROXY=http://b                  → http://b     → none
            http_proxy= all_proxy=http://b                   → http://b     → http://b
            HTTP_PROXY=http://a REQUEST_METHOD=GET           → none         → none
            HTTP_PROXY=http://a REQUEST_METHOD=              → none         → none
            http_proxy= HTTP_PROXY=http://a REQUEST_METHOD=x → none         → none
            http_proxy=http://a REQUEST_METHOD=GET           → http://a     → none
            HTTPS_PROXY=http://a REQUEST_METHOD=GET          → none         → http://a
            HTTP_PROXY=http://a ALL_PROXY=http://b REQUEST_METHOD=GET → http://b → http://b
            http_proxy=a                                     → http://a     → none
            http_proxy=A:3128                                → http://a:3128 → none
            http_proxy=HTTPS://a:8443/                       → https://a:8443 → none
            http_proxy=[::1]:3128                            → http://[::1]:3128 → none
            http_proxy=u:p@a:3128                            → http://a:3128 → none
            http_proxy=u:x://y@a:3128                        → error        → none
            """)
    void variablesAreRead(String variables, String forHttp, String forHttps) {
        if (forHttp.equals("error")) {
            assertThatIllegalArgumentException().isThrownBy(() -> settings(variables));
            return;
        }
        ProxySettings settings = settings(variables);

        assertThat(chosen(settings, "http://host/")).isEqualTo(forHttp);
        assertThat(chosen(settings, "https://host/")).isEqualTo(forHttps);
    }

    @Test
    void blanksAroundAValueAreDropped() {
        var settings = ProxySettings.fromEnvironment(Map.of("http_proxy", " http://a \n"));

        assertThat(chosen(settings, "http://host/")).isEqualTo("http://a");
    }

    @Test
    void credentialsAreTaken() {
        Proxy proxy = settings("http_proxy=user:p%3Aw@a").proxyFor(Url.parse("http://host/"));

        assertThat(proxy).isNotNull();
        assertThat(proxy.credentials()).isEqualTo(Credentials.basic("user", "p:w"));
    }

    @Test
    void laterChangesOfTheEnvironmentDoNotCount() {
        var environment = new HashMap<>(Map.of("http_proxy", "http://a"));
        var settings = ProxySettings.fromEnvironment(environment);
        environment.clear();

        assertThat(chosen(settings, "http://host/")).isEqualTo("http://a");
    }

    @Test
    void thisMachineIsNoExceptionByItself() {
        ProxySettings settings = settings("all_proxy=http://a");

        assertThat(chosen(settings, "http://localhost/")).isEqualTo("http://a");
        assertThat(chosen(settings, "https://127.0.0.1/")).isEqualTo("http://a");
        assertThat(chosen(settings, "http://[::1]/")).isEqualTo("http://a");
    }

    @ParameterizedTest
    @CsvSource({
        "no_proxy=host NO_PROXY=other, none",
        "no_proxy=other NO_PROXY=host, http://a",
        "NO_PROXY=host,                none",
        "no_proxy= NO_PROXY=host,      none",
    })
    void lowerCaseExceptionsWin(String variables, String expected) {
        ProxySettings settings = settings("all_proxy=http://a " + variables);

        assertThat(chosen(settings, "http://host/")).isEqualTo(expected);
        assertThat(chosen(settings, "https://host/")).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '→', textBlock = """
            socks5://u:secret@a     → a SOCKS proxy, which is not supported
            SOCKS://a               → a SOCKS proxy, which is not supported
            socks5h://a             → a SOCKS proxy, which is not supported
            ftp://u:secret@a        → a URL of another scheme
            http://u:secret@        → a URL whose host is none
            http://u:secret@a:99999 → a URL whose port is none
            u:secret@a:x            → a URL whose port is none
            u:secret/@a             → a URL whose port is none
            http://u%0A:secret@a    → credentials that can't be sent: expected a user without control characters but there is one at index 1
            """)
    void badValueNamesItsVariableAndNoSecret(String value, String found) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySettings.fromEnvironment(Map.of("HTTPS_PROXY", value)))
                .withMessage("expected a proxy such as http://host:3128 or https://host in the "
                        + "environment variable HTTPS_PROXY but found " + found)
                .withNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"http_proxy", "HTTP_PROXY", "https_proxy", "all_proxy", "ALL_PROXY"})
    void everyVariableIsNamed(String variable) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ProxySettings.fromEnvironment(Map.of(variable, "a b")))
                .withMessageContaining("environment variable " + variable + " but");
    }

    @Test
    void everyProxyGetsTheKeysAndTheTrustThatAreSaidForAll() {
        Tls tls = Tls.client();
        ProxySettings settings = settings("http_proxy=a https_proxy=https://b no_proxy=c");

        assertThat(settings.withTls(tls).proxyFor(Url.parse("http://x")))
                .isEqualTo(Proxy.of("http://a").withTls(tls));
        assertThat(settings.withTls(tls).proxyFor(Url.parse("https://x")))
                .isEqualTo(Proxy.of("https://b").withTls(tls));
        assertThat(settings.withTls(tls).proxyFor(Url.parse("https://c"))).isNull();
        assertThat(settings("http_proxy=a").withTls(tls).proxyFor(Url.parse("https://x")))
                .isNull();
    }

    @Test
    void toStringShowsNoSecret() {
        assertThat(settings("http_proxy=http://u:p@a no_proxy=b,c"))
                .hasToString("<ProxySettings http=<Proxy http://a> https=null except=2 entries>");
    }

    private static ProxySettings settings(String variables) {
        Map<String, String> environment = new HashMap<>();
        for (String variable : variables.split(" ", -1)) {
            String[] parts = variable.split("=", 2);
            environment.put(parts[0], parts[1]);
        }
        return ProxySettings.fromEnvironment(environment);
    }

    private static String chosen(ProxySettings settings, String target) {
        Proxy proxy = settings.proxyFor(Url.parse(target));
        return proxy == null ? "none" : proxy.url().origin();
    }
}
