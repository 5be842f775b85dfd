package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.Credentials;
import spindle.http.body.RequestBody;
import spindle.http.coding.ContentDecoder;
import spindle.http.proxy.Proxy;
import spindle.http.url.Url;
import spindle.http.wire.BodyFraming;
import spindle.http.wire.FieldLines;
import spindle.http.wire.RequestFraming;
import spindle.http.wire.RequestHead;
import spindle.http.wire.RequestWriter;
import spindle.http.wire.ResponseKind;

import java.util.Map;

/// Makes the heads of a session's requests: what all of them say, what one says of its own, and
/// what its body, its cookies and its credentials add.
///
/// The order on the wire: Host, then the session's fields, then the request's own, then those that
/// follow from something.
final class RequestHeads {
    /// A head as it goes out.
    ///
    /// @param bytes the head; only read
    /// @param framing how the body is framed
    /// @param kind what answer it asks for
    /// @param closes whether it says that the connection ends with its response
    @SuppressWarnings("ArrayRecordComponent") // Nobody compares heads.
    record Encoded(byte[] bytes, BodyFraming framing, ResponseKind kind, boolean closes) {}

    // fixed at construction
    private final ClientOptions options;

    // changes while running
    /// What every request says, checked and encoded once: without asking for codings, and with.
    /// Made when they are needed, since to know the codings loads the libraries that there are.
    private @Nullable FieldLines plainFields;

    private @Nullable FieldLines codedFields;

    RequestHeads(ClientOptions options) {
        this.options = options;
    }

    private static FieldLines sessionFields(ClientOptions options, boolean coded) {
        Headers automatic = Headers.of("User-Agent", options.userAgent(), "Accept", "*/*");
        if (coded) {
            automatic = automatic.plus("Accept-Encoding", ContentDecoder.acceptEncoding());
        }
        return automatic.overriddenBy(options.headers()).lines();
    }

    /// Returns the fields of a request that has nothing of its own.
    FieldLines common(Url url) {
        return FieldLines.builder()
                .add("Host", url.hostField())
                .addAll(sessionFields(options.decompresses()))
                .build();
    }

    private FieldLines sessionFields(boolean coded) {
        FieldLines fields = coded ? codedFields : plainFields;
        if (fields == null) {
            fields = sessionFields(options, coded);
            if (coded) {
                codedFields = fields;
            } else {
                plainFields = fields;
            }
        }
        return fields;
    }

    /// Makes a head.
    ///
    /// @param common what [#common] returned for this URL
    /// @param body what is to be sent, ready to be
    /// @param cookies the jar's, or null
    Encoded encode(
            ClientRequest request,
            Route route,
            FieldLines common,
            @Nullable RequestBody body,
            @Nullable String cookies) {
        Url url = request.url();
        FieldLines own = ownFields(request, route, common, body, cookies);
        RequestFraming framing = body == null
                ? RequestFraming.withoutBody(request.method(), own)
                : RequestFraming.withBody(request.method(), own, body.length());
        FieldLines fields = framing.added().count() == 0
                ? own
                : FieldLines.builder().addAll(own).addAll(framing.added()).build();
        String target = route.isForwarded() ? url.origin() + url.target() : url.target();
        byte[] bytes = RequestWriter.toBytes(new RequestHead(request.method(), target, fields));
        return new Encoded(bytes, framing.body(), kindOf(request), own != common && closes(own));
    }

    private static ResponseKind kindOf(ClientRequest request) {
        if (request.upgradeProtocol() != null) {
            return ResponseKind.TO_UPGRADE;
        }
        return request.method().equals("HEAD") ? ResponseKind.TO_HEAD : ResponseKind.ORDINARY;
    }

    private static boolean closes(FieldLines fields) {
        return new Headers(fields)
                .members("Connection").stream()
                        .anyMatch(option -> option.equalsIgnoreCase("close"));
    }

    // --- Fields ---

    private FieldLines ownFields(
            ClientRequest request,
            Route route,
            FieldLines common,
            @Nullable RequestBody body,
            @Nullable String cookies) {
        Url url = request.url();
        String authorization = authorization(request, url);
        if (body == null
                && cookies == null
                && authorization == null
                && !route.isForwarded()
                && request.isPlain()
                && request.decompresses(options) == options.decompresses()) {
            return common;
        }
        FieldLines.Builder fields = FieldLines.builder();
        addOwn(request, url, fields);
        addDescriptionOfBody(request, body, fields);
        addCookies(request, cookies, fields);
        if (authorization != null) {
            fields.add("Authorization", authorization);
        }
        if (request.upgradeProtocol() != null) {
            fields.add("Connection", "Upgrade").add("Upgrade", request.upgradeProtocol());
        }
        Proxy proxy = route.proxy();
        if (proxy != null && route.isForwarded()) {
            Tunnel.addFields(proxy, fields);
        }
        return fields.build();
    }

    private void addOwn(ClientRequest request, Url url, FieldLines.Builder fields) {
        Headers own = request.headers();
        String host = own.firstOrNull("Host");
        fields.add("Host", host == null ? url.hostField() : host);
        FieldLines session = sessionFields(request.decompresses(options));
        for (int i = 0; i < session.count(); i++) {
            String name = session.name(i);
            if (!own.contains(name) && !request.suppresses(name)) {
                fields.add(name, session.value(i));
            }
        }
        for (Map.Entry<String, String> field : own) {
            if (!field.getKey().equalsIgnoreCase("Host")) {
                fields.add(field.getKey(), field.getValue());
            }
        }
    }

    private void addDescriptionOfBody(
            ClientRequest request, @Nullable RequestBody body, FieldLines.Builder fields) {
        if (body == null) {
            return;
        }
        String type = body.contentType();
        if (type != null
                && !request.headers().contains("Content-Type")
                && !options.headers().contains("Content-Type")
                && !request.suppresses("Content-Type")) {
            fields.add("Content-Type", type);
        }
        if (request.compression() != null) {
            fields.add("Content-Encoding", request.compression());
        }
        if (request.expectsContinue()) {
            fields.add("Expect", "100-continue");
        }
    }

    /// A Cookie field of the caller's own is left alone.
    private static void addCookies(
            ClientRequest request, @Nullable String jar, FieldLines.Builder fields) {
        if (request.headers().contains("Cookie")) {
            return;
        }
        StringBuilder all = new StringBuilder(jar == null ? "" : jar);
        request.cookies()
                .forEach((name, value) -> all.append(all.isEmpty() ? "" : "; ")
                        .append(name)
                        .append('=')
                        .append(value));
        if (!all.isEmpty()) {
            fields.add("Cookie", all.toString());
        }
    }

    /// Returns the value of the Authorization field, or null: from the request, else from its URL,
    /// else from the session. A field of the caller's own comes before all of these.
    private @Nullable String authorization(ClientRequest request, Url url) {
        if (request.headers().contains("Authorization")) {
            return null;
        }
        Credentials credentials = request.credentials();
        if (credentials == null && url.user() != null) {
            String password = url.password();
            credentials = Credentials.basic(url.user(), password == null ? "" : password);
        }
        if (credentials == null) {
            credentials = options.credentialsFor(url);
        }
        return credentials == null ? null : credentials.headerValue();
    }
}
