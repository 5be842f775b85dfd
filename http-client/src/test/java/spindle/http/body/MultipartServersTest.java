package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.http.body.BodyRun.bytesOf;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.undertow.Undertow;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.form.FormData;
import io.undertow.server.handlers.form.FormDataParser;
import io.undertow.server.handlers.form.FormParserFactory;
import io.undertow.server.handlers.form.MultiPartParserDefinition;

import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.MultiPart;
import org.eclipse.jetty.http.MultiPartConfig;
import org.eclipse.jetty.http.MultiPartFormData;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import spindle.CoroutineEngine;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// Forms as servers read them that others wrote.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class MultipartServersTest {
    private static final String UNICODE = "\u00e4 \u20ac \ud83d\ude00";
    private static final String LARGE = "\r\n--spindle-".repeat(20_000);

    /// What a server made of a part.
    record Seen(
            String name,
            @Nullable String fileName,
            @Nullable String type,
            String content) {}

    private final BlockingQueue<List<Seen>> seen = new LinkedBlockingQueue<>();

    @TempDir
    private Path folder;

    @Test
    void undertowReadsWhatWasSent() throws Exception {
        System.setProperty("org.jboss.logging.provider", "slf4j");
        Undertow server = Undertow.builder()
                .setIoThreads(1)
                .setWorkerThreads(1)
                .addHttpListener(0, "127.0.0.1", new BlockingHandler(this::readByUndertow))
                .build();
        server.start();
        try {
            InetSocketAddress address =
                    (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();

            assertThat(seenBy(address.getPort())).isEqualTo(sent());
        } finally {
            server.stop();
        }
    }

    private void readByUndertow(HttpServerExchange exchange) throws IOException {
        MultiPartParserDefinition definition = new MultiPartParserDefinition(folder);
        definition.setDefaultEncoding("UTF-8");
        FormParserFactory parsers =
                FormParserFactory.builder(false).addParser(definition).build();
        List<Seen> parts = new ArrayList<>();
        try (FormDataParser parser = parsers.createParser(exchange)) {
            FormData data = parser.parseBlocking();
            for (String name : data) {
                for (FormData.FormValue value : data.get(name)) {
                    parts.add(new Seen(
                            name,
                            value.getFileName(),
                            value.getHeaders().getFirst("Content-Type"),
                            content(value)));
                }
            }
        }
        seen.add(parts);
    }

    private static String content(FormData.FormValue value) throws IOException {
        return value.isFileItem()
                ? new String(value.getFileItem().getInputStream().readAllBytes(), UTF_8)
                : value.getValue();
    }

    @Test
    void jettyReadsWhatWasSent() throws Exception {
        Server server = new Server();
        ServerConnector connector = new ServerConnector(server, 1, 1);
        connector.setHost("127.0.0.1");
        server.addConnector(connector);
        server.setHandler(new Handler.Abstract() {
            @Override
            public boolean handle(Request request, Response response, Callback callback) {
                readByJetty(request);
                callback.succeeded();
                return true;
            }
        });
        server.start();
        try {
            assertThat(seenBy(connector.getLocalPort())).isEqualTo(sent());
        } finally {
            server.stop();
        }
    }

    private void readByJetty(Request request) {
        MultiPartConfig config = new MultiPartConfig.Builder()
                .location(folder)
                .maxMemoryPartSize(-1)
                .build();
        List<Seen> parts = new ArrayList<>();
        try (MultiPartFormData.Parts read = MultiPartFormData.getParts(
                request, request, request.getHeaders().get(HttpHeader.CONTENT_TYPE), config)) {
            for (MultiPart.Part part : read) {
                parts.add(new Seen(
                        part.getName(),
                        part.getFileName(),
                        part.getHeaders().get(HttpHeader.CONTENT_TYPE),
                        part.getContentAsString(UTF_8)));
            }
        }
        seen.add(parts);
    }

    // --- What is sent ---

    private RequestBody body() throws IOException {
        Path file = Files.writeString(folder.resolve("large.txt"), LARGE);
        return MultipartBody.form()
                .field("plain", "value")
                .field(UNICODE, UNICODE)
                .field("a \"quoted\"\r\nname", "")
                .file("file", UNICODE + " \"\r\n.bin", RequestBody.text(UNICODE))
                .file("file", file)
                .build();
    }

    private static List<Seen> sent() {
        return List.of(
                new Seen("plain", null, null, "value"),
                new Seen(UNICODE, null, null, UNICODE),
                new Seen("a %22quoted%22%0D%0Aname", null, null, ""),
                new Seen("file", UNICODE + " %22%0D%0A.bin", "text/plain; charset=UTF-8", UNICODE),
                new Seen("file", "large.txt", "text/plain", LARGE));
    }

    /// Returns what a server made of the form, sent over a plain socket.
    private List<Seen> seenBy(int port) throws Exception {
        RequestBody body = body();
        List<byte[]> written = new ArrayList<>();
        new BodyRun(CoroutineEngine.HANDOFF).run(() -> written.add(bytesOf(body)));
        String head = "POST / HTTP/1.1\r\nHost: a\r\nConnection: close\r\nContent-Type: "
                + body.contentType() + "\r\nContent-Length: " + body.length() + "\r\n\r\n";
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            OutputStream output = socket.getOutputStream();
            output.write(head.getBytes(ISO_8859_1));
            output.write(written.getFirst());
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            assertThat(answer).startsWith("HTTP/1.1 200");
        }
        List<Seen> parts = seen.poll(10, TimeUnit.SECONDS);
        return parts == null ? List.of() : parts;
    }
}
