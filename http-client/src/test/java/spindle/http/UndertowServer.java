package spindle.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.Handlers;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.security.api.AuthenticationMode;
import io.undertow.security.handlers.AuthenticationCallHandler;
import io.undertow.security.handlers.AuthenticationConstraintHandler;
import io.undertow.security.handlers.AuthenticationMechanismsHandler;
import io.undertow.security.handlers.SecurityInitialHandler;
import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import io.undertow.security.impl.BasicAuthenticationMechanism;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.HttpContinueReadHandler;
import io.undertow.server.handlers.encoding.ContentEncodingRepository;
import io.undertow.server.handlers.encoding.EncodingHandler;
import io.undertow.server.handlers.encoding.GzipEncodingProvider;
import io.undertow.server.handlers.form.FormData;
import io.undertow.server.handlers.form.FormDataParser;
import io.undertow.server.handlers.form.FormEncodedDataDefinition;
import io.undertow.server.handlers.form.FormParserFactory;
import io.undertow.server.handlers.form.MultiPartParserDefinition;
import io.undertow.server.handlers.resource.PathResourceManager;
import io.undertow.server.handlers.resource.ResourceHandler;
import io.undertow.server.protocol.http.HttpAttachments;
import io.undertow.util.HeaderMap;
import io.undertow.util.HeaderValues;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;

import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.Principal;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

import javax.net.ssl.SSLContext;

/// Undertow, embedded. Its files are in a folder.
final class UndertowServer {
    private final Path folder;

    private UndertowServer(Path folder) {
        this.folder = folder;
    }

    static RealServer.Running start(@Nullable SSLContext tls, Path folder) {
        // Its log would go elsewhere, and be long.
        System.setProperty("org.jboss.logging.provider", "slf4j");
        Set<Integer> clients = RealServer.newClients();
        HttpHandler pages = new UndertowServer(folder).pages();
        HttpHandler all = exchange -> {
            clients.add(exchange.getSourceAddress().getPort());
            pages.handleRequest(exchange);
        };
        Undertow.Builder builder = Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(4)
                .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, -1L); // No limit.
        Undertow server = (tls == null
                        ? builder.addHttpListener(0, "127.0.0.1", all)
                        : builder.addHttpsListener(0, "127.0.0.1", tls, all))
                .build();
        server.start();
        InetSocketAddress address =
                (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
        return new RealServer.Running(address.getPort(), tls != null, clients, server::stop);
    }

    private HttpHandler pages() {
        HttpHandler page = UndertowServer::page;
        HttpHandler compressing = new EncodingHandler(new ContentEncodingRepository()
                        .addEncodingHandler("gzip", new GzipEncodingProvider(), 50))
                .setNext(page);
        return new HttpContinueReadHandler(Handlers.path(page)
                .addExactPath("/echo", new BlockingHandler(UndertowServer::echo))
                .addExactPath("/form", new BlockingHandler(this::form))
                .addExactPath("/multipart", new BlockingHandler(this::form))
                .addExactPath("/trailers", new BlockingHandler(UndertowServer::trailers))
                .addExactPath("/gzip", compressing)
                .addExactPath("/secret", guarded(page))
                .addPrefixPath("/files", new ResourceHandler(new PathResourceManager(folder))));
    }

    private static void page(HttpServerExchange exchange) {
        String path = exchange.getRequestPath();
        Page page = Page.of(path, exchange.getRequestHeaders().getFirst(Headers.COOKIE));
        exchange.setStatusCode(page.status());
        page.fields()
                .forEach((name, value) ->
                        exchange.getResponseHeaders().put(HttpString.tryFromString(name), value));
        if (path.equals("/chunked")) {
            exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
        }
        exchange.getResponseSender().send(ByteBuffer.wrap(page.body()));
    }

    private static void echo(HttpServerExchange exchange) throws IOException {
        HeaderMap asked = exchange.getRequestHeaders();
        String type = asked.getFirst(Headers.CONTENT_TYPE);
        HeaderMap fields = exchange.getResponseHeaders();
        fields.put(
                HttpString.tryFromString("X-Asked"),
                Page.described(
                        exchange.getRequestMethod().toString(),
                        type,
                        asked.getFirst(Headers.CONTENT_LENGTH)));
        if (type != null) {
            fields.put(Headers.CONTENT_TYPE, type);
        }
        exchange.getInputStream().transferTo(exchange.getOutputStream());
    }

    private void form(HttpServerExchange exchange) throws IOException {
        MultiPartParserDefinition multipart = new MultiPartParserDefinition(folder);
        multipart.setDefaultEncoding("UTF-8");
        FormEncodedDataDefinition encoded = new FormEncodedDataDefinition();
        encoded.setDefaultEncoding("UTF-8");
        FormParserFactory parsers =
                FormParserFactory.builder(false).addParsers(multipart, encoded).build();
        StringBuilder lines = new StringBuilder();
        try (FormDataParser parser = parsers.createParser(exchange)) {
            FormData data = parser.parseBlocking();
            for (String name : data) {
                for (FormData.FormValue value : data.get(name)) {
                    lines.append(name).append('=').append(content(value)).append('\n');
                }
            }
        }
        exchange.getResponseSender().send(lines.toString(), UTF_8);
    }

    private static String content(FormData.FormValue value) throws IOException {
        return value.isFileItem()
                ? value.getFileName() + ":"
                        + new String(value.getFileItem().getInputStream().readAllBytes(), UTF_8)
                : value.getValue();
    }

    private static void trailers(HttpServerExchange exchange) throws IOException {
        int length = exchange.getInputStream().readAllBytes().length;
        StringBuilder lines = new StringBuilder(length + " bytes\n");
        HeaderMap trailers = exchange.getAttachment(HttpAttachments.REQUEST_TRAILERS);
        if (trailers != null) {
            for (HeaderValues values : trailers) {
                lines.append(values.getHeaderName())
                        .append('=')
                        .append(values.getFirst())
                        .append('\n');
            }
        }
        HeaderMap ours = new HeaderMap();
        ours.put(HttpString.tryFromString("X-Sum"), "42");
        exchange.putAttachment(HttpAttachments.RESPONSE_TRAILERS, ours);
        exchange.getResponseHeaders().put(Headers.TRANSFER_ENCODING, "chunked");
        exchange.getOutputStream().write(lines.toString().getBytes(UTF_8));
    }

    // --- Passwords ---

    private static HttpHandler guarded(HttpHandler handler) {
        HttpHandler checking =
                new AuthenticationConstraintHandler(new AuthenticationCallHandler(handler));
        HttpHandler asking = new AuthenticationMechanismsHandler(
                checking, List.of(new BasicAuthenticationMechanism("pages")));
        return new SecurityInitialHandler(AuthenticationMode.PRO_ACTIVE, new Guard(), asking);
    }

    private static final class Guard implements IdentityManager {
        private record User(Principal getPrincipal, Set<String> getRoles) implements Account {}

        @Override
        public Account verify(Account account) {
            return account;
        }

        @Override
        public @Nullable Account verify(String user, Credential credential) {
            boolean known = user.equals(Page.USER)
                    && credential instanceof PasswordCredential password
                    && Arrays.equals(password.getPassword(), Page.PASSWORD.toCharArray());
            return known ? new User(() -> user, Set.of()) : null;
        }

        @Override
        public @Nullable Account verify(Credential credential) {
            return null;
        }
    }
}
