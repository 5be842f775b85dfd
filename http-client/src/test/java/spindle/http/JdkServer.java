package spindle.http;

import com.sun.net.httpserver.BasicAuthenticator;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Set;
import java.util.zip.GZIPOutputStream;

import javax.net.ssl.SSLContext;

/// The JDK's own server. It reads no forms, no ranges and no trailers.
final class JdkServer {
    private final Set<Integer> clients;

    private JdkServer(Set<Integer> clients) {
        this.clients = clients;
    }

    static RealServer.Running start(@Nullable SSLContext tls) throws IOException {
        // Otherwise each body waits until its head is acknowledged.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        HttpServer server;
        if (tls == null) {
            server = HttpServer.create(address, 100);
        } else {
            HttpsServer secure = HttpsServer.create(address, 100);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        Set<Integer> clients = RealServer.newClients();
        JdkServer pages = new JdkServer(clients);
        server.createContext("/", pages::answer);
        server.createContext("/secret", pages::answer).setAuthenticator(new Guard());
        server.setExecutor(
                task -> Thread.ofPlatform().daemon().name("jdk-server").start(task));
        server.start();
        return new RealServer.Running(
                server.getAddress().getPort(), tls != null, clients, () -> server.stop(0));
    }

    private static final class Guard extends BasicAuthenticator {
        Guard() {
            super("pages");
        }

        @Override
        public boolean checkCredentials(String user, String password) {
            return user.equals(Page.USER) && password.equals(Page.PASSWORD);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        clients.add(exchange.getRemoteAddress().getPort());
        try (exchange) {
            switch (exchange.getRequestURI().getPath()) {
                case "/echo" -> echo(exchange);
                case "/gzip" -> compressed(exchange);
                default -> page(exchange);
            }
        }
    }

    private static void echo(HttpExchange exchange) throws IOException {
        Headers asked = exchange.getRequestHeaders();
        String type = asked.getFirst("Content-Type");
        Headers fields = exchange.getResponseHeaders();
        fields.set(
                "X-Asked",
                Page.described(
                        exchange.getRequestMethod(), type, asked.getFirst("Content-Length")));
        if (type != null) {
            fields.set("Content-Type", type);
        }
        exchange.sendResponseHeaders(200, exchange.getRequestMethod().equals("HEAD") ? -1 : 0);
        exchange.getRequestBody().transferTo(exchange.getResponseBody());
    }

    private static void compressed(HttpExchange exchange) throws IOException {
        exchange.getResponseHeaders().set("Content-Encoding", "gzip");
        exchange.sendResponseHeaders(200, 0);
        try (OutputStream output = new GZIPOutputStream(exchange.getResponseBody())) {
            output.write(Page.of("/gzip", null).body());
        }
    }

    private static void page(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Page page = Page.of(path, exchange.getRequestHeaders().getFirst("Cookie"));
        page.fields().forEach(exchange.getResponseHeaders()::set);
        int length = page.body().length;
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.getResponseHeaders().set("Content-Length", Integer.toString(length));
            exchange.sendResponseHeaders(page.status(), -1);
        } else {
            exchange.sendResponseHeaders(
                    page.status(), path.equals("/chunked") ? 0 : length == 0 ? -1 : length);
            exchange.getResponseBody().write(page.body());
        }
    }
}
