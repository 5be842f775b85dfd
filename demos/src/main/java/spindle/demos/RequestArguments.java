package spindle.demos;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

import spindle.Async;
import spindle.http.ClientOptions;
import spindle.http.ClientRequest;
import spindle.http.Headers;
import spindle.http.body.RequestBody;
import spindle.http.cookie.CookieJar;
import spindle.http.policy.Retry;
import spindle.http.proxy.Proxy;
import spindle.http.proxy.ProxyChooser;
import spindle.http.proxy.ProxySettings;
import spindle.http.url.InvalidUrlException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What is said about requests on a command line, in curl's words where curl has some.
final class RequestArguments {
    private static final String FORM = "application/x-www-form-urlencoded";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = {"-H", "--header"},
            paramLabel = "NAME:VALUE",
            description = "Adds a header field, in place of an automatic one of that name."
                    + " May be given several times.")
    private List<String> headers = new ArrayList<>();

    @Option(
            names = {"-X", "--method"},
            paramLabel = "METHOD",
            description = "The method. Default: GET, or POST with --data.")
    private @Nullable String method;

    @Option(
            names = {"-d", "--data"},
            paramLabel = "TEXT|@FILE",
            description = "Sends a body, a text or the content of a file; as a form, unless a"
                    + " --header says another Content-Type.")
    private @Nullable String data;

    @Option(
            names = {"-x", "--proxy"},
            paramLabel = "URL",
            description = "Goes through a proxy, http://[USER:PASSWORD@]HOST:PORT or https://…."
                    + " Default: what http_proxy, https_proxy, all_proxy and no_proxy say.")
    private @Nullable String proxy;

    @Option(
            names = {"-k", "--insecure"},
            description = "Trusts every server, whoever it is. Anybody on the way can read and"
                    + " change everything then.")
    private boolean insecure;

    @Option(
            names = "--compressed",
            description = "Asks for compressed bodies, and decompresses them.")
    private boolean compressed;

    @Option(
            names = "--cookie-jar",
            paramLabel = "FILE",
            description = "Reads cookies from a file, if it is there, and writes them back at the"
                    + " end, in the format of Netscape and curl.")
    private @Nullable Path cookieFile;

    @Option(
            names = "--retry",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tries up to N times more after failures that may pass: connections that"
                    + " break, and the statuses 429, 502, 503 and 504. Default: ${DEFAULT-VALUE}.")
    private int retries;

    @Option(
            names = "--limit-per-host",
            paramLabel = "N",
            defaultValue = "0",
            description = "At most so many connections to one host; 0 for no limit."
                    + " Default: ${DEFAULT-VALUE}.")
    private int limitPerHost;

    private final CookieJar jar = new CookieJar();

    /// Returns options that do what was said.
    ///
    /// @throws ParameterException if something that was said makes no sense
    ClientOptions applyTo(ClientOptions options) {
        if (limitPerHost < 0) {
            throw usage("--limit-per-host must be at least 0, was " + limitPerHost);
        }
        if (retries < 0) {
            throw usage("--retry must be at least 0, was " + retries);
        }
        ClientOptions applied = options.withDecompression(compressed)
                .withHeaders(parsedHeaders())
                .withProxies(proxies())
                .withLimitPerHost(limitPerHost);
        if (insecure) {
            applied = applied.withTls(TrustEverybody.tls());
        }
        if (retries > 0) {
            applied = applied.withMiddleware(Retry.upTo(retries + 1));
        }
        return cookieFile == null ? applied : applied.withCookieJar(jar);
    }

    private Headers parsedHeaders() {
        Headers parsed = Headers.empty();
        for (String header : headers) {
            int colon = header.indexOf(':');
            if (colon < 0) {
                throw usage("--header must be NAME:VALUE, was one without a colon");
            }
            try {
                parsed = parsed.plus(header.substring(0, colon), header.substring(colon + 1));
            } catch (IllegalArgumentException refused) {
                throw usage("--header: " + refused.getMessage());
            }
        }
        return parsed;
    }

    private ProxyChooser proxies() {
        try {
            return proxy == null
                    ? ProxySettings.fromEnvironment(System.getenv())
                    : ProxyChooser.always(
                            Proxy.of(proxy.contains("://") ? proxy : "http://" + proxy));
        } catch (InvalidUrlException invalid) {
            throw usage("--proxy: " + invalid.getMessage());
        } catch (IllegalArgumentException invalid) {
            throw usage(String.valueOf(invalid.getMessage()));
        }
    }

    /// Returns whether a request is more than a GET.
    boolean isSpecial() {
        return method != null || data != null;
    }

    /// Returns the request for a URL.
    ClientRequest request(String url) {
        String chosen = method != null ? method : data != null ? "POST" : "GET";
        try {
            ClientRequest request = ClientRequest.of(chosen, url);
            return data == null ? request : request.withBody(body(data));
        } catch (IllegalArgumentException refused) {
            throw usage("--method: " + refused.getMessage());
        }
    }

    private RequestBody body(String text) {
        if (!text.startsWith("@")) {
            return RequestBody.of(text.getBytes(StandardCharsets.UTF_8), FORM);
        }
        try {
            Path file = Path.of(text.substring(1));
            if (!Files.isReadable(file)) {
                throw usage("--data: cannot read the file " + file);
            }
            return RequestBody.file(file, FORM);
        } catch (InvalidPathException failure) {
            throw usage(
                    "--data: expected a file behind the @ but found \"" + text.substring(1) + "\"");
        }
    }

    private ParameterException usage(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    // --- Cookies ---

    /// Reads the file of cookies, if there is one. Suspends the calling task.
    void loadCookies() throws Exception {
        if (cookieFile != null && Files.exists(cookieFile)) {
            try {
                int _ = Async.await(jar.load(cookieFile));
            } catch (IOException failure) {
                throw usage("--cookie-jar: " + failure.getMessage());
            }
        }
    }

    /// Writes the file of cookies. Suspends the calling task.
    void saveCookies() throws Exception {
        if (cookieFile != null) {
            Async.await(jar.saveAll(cookieFile));
        }
    }
}
