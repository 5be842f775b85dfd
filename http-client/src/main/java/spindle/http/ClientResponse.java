package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.http.wire.ResponseHead;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// The response to a request: its head, which is there, and its body, which may still be on its
/// way.
///
/// Once the whole body has arrived the connection goes back to the pool by itself. Closing the
/// response before that drops the connection, since what is left on it belongs to nobody. Close
/// every response, best with try-with-resources.
///
/// Only the loop's thread may use it.
public final class ClientResponse implements AutoCloseable {
    private final RequestUrl url;
    private final ResponseHead head;
    private final Exchange exchange;
    private byte @Nullable [] body;

    ClientResponse(RequestUrl url, ResponseHead head, Exchange exchange) {
        this.url = url;
        this.head = head;
        this.exchange = exchange;
    }

    /// Returns the URL that answered.
    public String url() {
        return url.text();
    }

    /// Returns the status, such as 200.
    public int status() {
        return head.status();
    }

    /// Returns the words after the status, such as `OK`; often empty, and never to be relied
    /// on.
    public String reason() {
        return head.reason();
    }

    /// Returns the header fields.
    public Headers headers() {
        return new Headers(head.fields());
    }

    /// Returns a coroutine that reads the whole body, as it was sent. Suspends the calling task
    /// until it is there. May be awaited again: the same bytes come back.
    ///
    /// It fails with a [ClientException] if the body breaks off, is longer than
    /// [ClientOptions#maxBodyBytes()], or takes too long.
    @CheckReturnValue
    public Coroutine<byte[]> read() {
        return () -> {
            byte[] read = body;
            if (read == null) {
                try {
                    read = exchange.awaitBody();
                } catch (ClientException failure) {
                    throw ClientSession.described(failure, url);
                }
                body = read;
            }
            return read;
        };
    }

    /// Returns a coroutine that reads the body as [#read()] does and decodes it: with the
    /// charset that the Content-Type names, or UTF-8 if it names none that is known. Bytes that
    /// don't fit are replaced, as browsers do.
    @CheckReturnValue
    public Coroutine<String> text() {
        return () -> new String(read().run(), charset());
    }

    private Charset charset() {
        String contentType = headers().firstOrNull("Content-Type");
        if (contentType == null) {
            return StandardCharsets.UTF_8;
        }
        for (String parameter : contentType.split(";", -1)) {
            String stripped = parameter.strip();
            if (stripped.toLowerCase(Locale.ROOT).startsWith("charset=")) {
                return charsetNamed(stripped.substring("charset=".length())
                        .replace("\"", "")
                        .strip());
            }
        }
        return StandardCharsets.UTF_8;
    }

    private static Charset charsetNamed(String name) {
        try {
            return Charset.forName(name);
        } catch (IllegalArgumentException unknown) {
            return StandardCharsets.UTF_8;
        }
    }

    /// Drops the connection if the body has not arrived in full. Closing twice does nothing.
    @Override
    public void close() {
        exchange.abandon();
    }

    /// Returns a form such as `<ClientResponse 200 OK http://127.0.0.1:5000/>`.
    @Override
    public String toString() {
        return "<ClientResponse " + head.status() + " " + head.reason() + " " + url + ">";
    }
}
