package spindle.demos;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;

import javax.net.ssl.SSLContext;

/// The JDK's server, telling what it was asked:
///
/// - `/echo` sends back method, body and the field `X-Trace`, compressed if it may be;
/// - `/cookie` sets one, and sends back those it got;
/// - `/flaky` fails twice, then is well;
/// - whatever is asked of it as of a proxy, with a whole URL, it answers with that URL.
final class EchoingServer implements AutoCloseable {
    private final HttpServer server;
    private final String scheme;
    private final AtomicInteger failuresLeft = new AtomicInteger(2);

    /// The header fields `Proxy-Authorization` that came.
    final List<String> proxyCredentials = new CopyOnWriteArrayList<>();

    private EchoingServer(HttpServer server, String scheme) {
        this.server = server;
        this.scheme = scheme;
        server.createContext("/", this::answer);
        server.start();
    }

    static EchoingServer plain() throws IOException {
        return new EchoingServer(HttpServer.create(anyPort(), 50), "http");
    }

    static EchoingServer secure(SSLContext context) throws IOException {
        HttpsServer server = HttpsServer.create(anyPort(), 50);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        return new EchoingServer(server, "https");
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0);
    }

    String url(String path) {
        return scheme + "://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String credentials = exchange.getRequestHeaders().getFirst("Proxy-Authorization");
            if (credentials != null) {
                proxyCredentials.add(credentials);
            }
            if (exchange.getRequestURI().isAbsolute()) {
                respond(exchange, 200, "by proxy: " + exchange.getRequestURI());
                return;
            }
            switch (exchange.getRequestURI().getPath()) {
                case "/echo" -> respond(exchange, 200, echo(exchange));
                case "/cookie" -> {
                    exchange.getResponseHeaders().add("Set-Cookie", "id=42; Max-Age=1000");
                    respond(exchange, 200, "" + exchange.getRequestHeaders().get("Cookie"));
                }
                case "/flaky" -> {
                    boolean fails = failuresLeft.getAndDecrement() > 0;
                    respond(exchange, fails ? 503 : 200, fails ? "not yet" : "well");
                }
                default -> respond(exchange, 404, "nothing here");
            }
        }
    }

    private static String echo(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        return exchange.getRequestMethod() + " " + body + " "
                + exchange.getRequestHeaders().get("X-Trace") + " "
                + exchange.getRequestHeaders().get("Content-Type");
    }

    private static void respond(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        String accepted = exchange.getRequestHeaders().getFirst("Accept-Encoding");
        if (accepted != null && accepted.contains("gzip")) {
            exchange.getResponseHeaders().add("Content-Encoding", "gzip");
            ByteArrayOutputStream zipped = new ByteArrayOutputStream();
            try (var output = new GZIPOutputStream(zipped)) {
                output.write(body);
            }
            body = zipped.toByteArray();
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
