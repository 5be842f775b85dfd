package spindle.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.FormFields;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.server.handler.ResourceHandler;
import org.eclipse.jetty.server.handler.gzip.GzipHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;
import org.eclipse.jetty.util.resource.ResourceFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Set;

import javax.net.ssl.SSLContext;

/// Jetty, embedded. Its files are in a folder; for passwords it would need more of itself.
final class JettyServer extends Handler.Abstract {
    private final Set<Integer> clients;
    private final Path folder;

    private JettyServer(Set<Integer> clients, Path folder) {
        this.clients = clients;
        this.folder = folder;
    }

    static RealServer.Running start(@Nullable SSLContext tls, Path folder) throws Exception {
        Server server = new Server();
        ServerConnector connector = tls == null
                ? new ServerConnector(server, 1, 1)
                : new ServerConnector(server, 1, 1, factory(tls));
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        Set<Integer> clients = RealServer.newClients();
        server.setHandler(
                new Handler.Sequence(files(folder), compressing(new JettyServer(clients, folder))));
        server.start();
        return new RealServer.Running(connector.getLocalPort(), tls != null, clients, server::stop);
    }

    private static SslContextFactory.Server factory(SSLContext tls) {
        SslContextFactory.Server factory = new SslContextFactory.Server();
        factory.setSslContext(tls);
        return factory;
    }

    private static Handler files(Path folder) {
        ResourceHandler files = new ResourceHandler();
        files.setBaseResource(ResourceFactory.root().newResource(folder));
        return new ContextHandler(files, "/files");
    }

    @SuppressWarnings("removal") // What replaces it is a library of its own.
    private static Handler compressing(Handler handler) {
        GzipHandler compressing = new GzipHandler();
        compressing.setIncludedPaths("/gzip");
        compressing.setHandler(handler);
        return compressing;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        clients.add(Request.getRemotePort(request));
        String path = Request.getPathInContext(request);
        switch (path) {
            case "/echo" -> echo(request, response, callback);
            case "/form" -> answer(form(request), response, callback);
            case "/multipart" -> answer(multipart(request), response, callback);
            case "/trailers" -> trailers(request, response, callback);
            case "/chunked" -> chunked(response, callback);
            default -> page(path, request, response, callback);
        }
        return true;
    }

    private static void answer(String text, Response response, Callback callback) {
        response.write(true, ByteBuffer.wrap(text.getBytes(UTF_8)), callback);
    }

    private static void page(String path, Request request, Response response, Callback callback) {
        Page page = Page.of(path, request.getHeaders().get(HttpHeader.COOKIE));
        response.setStatus(page.status());
        page.fields().forEach(response.getHeaders()::put);
        response.write(true, ByteBuffer.wrap(page.body()), callback);
    }

    private static void echo(Request request, Response response, Callback callback) {
        HttpFields asked = request.getHeaders();
        String type = asked.get(HttpHeader.CONTENT_TYPE);
        response.getHeaders()
                .put(
                        "X-Asked",
                        Page.described(
                                request.getMethod(), type, asked.get(HttpHeader.CONTENT_LENGTH)));
        if (type != null) {
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, type);
        }
        Content.copy(request, response, callback);
    }

    private static void chunked(Response response, Callback callback) throws IOException {
        byte[] body = Page.of("/chunked", null).body();
        try (OutputStream output = Content.Sink.asOutputStream(response)) {
            output.write(body, 0, 1000);
            output.flush();
            output.write(body, 1000, body.length - 1000);
        }
        callback.succeeded();
    }

    private static String form(Request request) {
        StringBuilder lines = new StringBuilder();
        for (Fields.Field field : FormFields.getFields(request)) {
            field.getValues()
                    .forEach(value -> lines.append(field.getName())
                            .append('=')
                            .append(value)
                            .append('\n'));
        }
        return lines.toString();
    }

    private String multipart(Request request) {
        MultiPartConfig config = new MultiPartConfig.Builder()
                .location(folder)
                .maxMemoryPartSize(-1)
                .build();
        StringBuilder lines = new StringBuilder();
        try (MultiPartFormData.Parts parts = MultiPartFormData.getParts(
                request, request, request.getHeaders().get(HttpHeader.CONTENT_TYPE), config)) {
            for (MultiPart.Part part : parts) {
                lines.append(part.getName())
                        .append('=')
                        .append(part.getFileName() == null ? "" : part.getFileName() + ":")
                        .append(part.getContentAsString(UTF_8))
                        .append('\n');
            }
        }
        return lines.toString();
    }

    private static void trailers(Request request, Response response, Callback callback)
            throws IOException {
        int length = Content.Source.asByteBuffer(request).remaining();
        StringBuilder lines = new StringBuilder(length + " bytes\n");
        HttpFields trailers = request.getTrailers();
        if (trailers != null) {
            for (HttpField field : trailers) {
                lines.append(field.getName())
                        .append('=')
                        .append(field.getValue())
                        .append('\n');
            }
        }
        HttpFields ours = HttpFields.build().put("X-Sum", "42");
        response.setTrailersSupplier(() -> ours);
        answer(lines.toString(), response, callback);
    }
}
