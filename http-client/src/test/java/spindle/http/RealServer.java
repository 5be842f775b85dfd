package spindle.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;

import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Servers that others wrote. Each serves `/small` and `/large` with a Content-Length and
/// `/chunked` in chunks, and has nothing else.
enum RealServer {
    JDK {
        @Override
        Running start() throws Exception {
            Set<Integer> clients = ConcurrentHashMap.newKeySet();
            HttpServer server = HttpServer.create(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
            server.createContext("/", exchange -> answer(exchange, clients));
            server.start();
            return new Running(server.getAddress().getPort(), clients, () -> server.stop(0));
        }

        private static void answer(HttpExchange exchange, Set<Integer> clients) throws IOException {
            clients.add(exchange.getRemoteAddress().getPort());
            String path = exchange.getRequestURI().getPath();
            byte[] body = bodyOf(path);
            try (exchange) {
                if (body.length == 0) {
                    exchange.sendResponseHeaders(404, -1);
                } else {
                    exchange.sendResponseHeaders(200, path.equals("/chunked") ? 0 : body.length);
                    exchange.getResponseBody().write(body);
                }
            }
        }
    },

    JETTY {
        @Override
        Running start() throws Exception {
            Set<Integer> clients = ConcurrentHashMap.newKeySet();
            Server server = new Server();
            ServerConnector connector = new ServerConnector(server, 1, 1);
            connector.setHost("127.0.0.1");
            server.addConnector(connector);
            server.setHandler(new Handler.Abstract() {
                @Override
                public boolean handle(Request request, Response response, Callback callback)
                        throws Exception {
                    clients.add(Request.getRemotePort(request));
                    return answer(request, response, callback);
                }
            });
            server.start();
            return new Running(connector.getLocalPort(), clients, server::stop);
        }

        private static boolean answer(Request request, Response response, Callback callback)
                throws IOException {
            String path = Request.getPathInContext(request);
            byte[] body = bodyOf(path);
            if (body.length == 0) {
                return false;
            }
            if (path.equals("/chunked")) {
                try (OutputStream output = Content.Sink.asOutputStream(response)) {
                    output.write(body, 0, 1000);
                    output.flush();
                    output.write(body, 1000, body.length - 1000);
                }
                callback.succeeded();
            } else {
                response.write(true, ByteBuffer.wrap(body), callback);
            }
            return true;
        }
    },

    UNDERTOW {
        @Override
        Running start() {
            // Its log would go elsewhere, and be long.
            System.setProperty("org.jboss.logging.provider", "slf4j");
            Set<Integer> clients = ConcurrentHashMap.newKeySet();
            Undertow server = Undertow.builder()
                    .setIoThreads(1)
                    .setWorkerThreads(1)
                    .addHttpListener(0, "127.0.0.1", exchange -> {
                        clients.add(exchange.getSourceAddress().getPort());
                        answer(exchange);
                    })
                    .build();
            server.start();
            InetSocketAddress address =
                    (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
            return new Running(address.getPort(), clients, server::stop);
        }

        private static void answer(HttpServerExchange exchange) {
            byte[] body = bodyOf(exchange.getRequestPath());
            if (body.length == 0) {
                exchange.setStatusCode(404);
                exchange.endExchange();
                return;
            }
            if (exchange.getRequestPath().equals("/chunked")) {
                exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
            }
            exchange.getResponseSender().send(ByteBuffer.wrap(body));
        }
    };

    abstract Running start() throws Exception;

    /// Returns what a path serves, or nothing if there is no such path.
    static byte[] bodyOf(String path) {
        String body =
                switch (path) {
                    case "/small" -> "hello";
                    case "/large", "/chunked" -> "0123456789abcdef".repeat(65_536);
                    default -> "";
                };
        return body.getBytes(StandardCharsets.ISO_8859_1);
    }

    /// A server that runs, and the ports of those who have asked it something.
    record Running(int port, Set<Integer> clients, Stop stop) implements AutoCloseable {
        String url(String path) {
            return "http://127.0.0.1:" + port + path;
        }

        @Override
        public void close() throws IOException {
            try {
                stop.run();
            } catch (Exception failure) {
                throw new IOException("the server does not stop", failure);
            }
        }
    }

    /// How a server is stopped.
    interface Stop {
        void run() throws Exception;
    }
}
