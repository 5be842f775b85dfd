package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.Credentials;
import spindle.http.auth.Login;
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

import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

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

    /// The Host that the session says in place of the URL's, or null.
    private final @Nullable String host;

    private final boolean sessionCloses;

    // changes while running
    /// What every request says, checked and encoded once: without asking for codings, and with.
    /// Made when they are needed, since to know the codings loads the libraries that there are.
    private @Nullable FieldLines plainFields;

    private @Nullable FieldLines codedFields;

    RequestHeads(ClientOptions options) {
        this.options = options;
        this.host = options.headers().firstOrNull("Host");
        this.sessionCloses = closes(options.headers());
    }

    private static boolean closes(Headers fields) {
        return fields.members("Connection").stream()
                .anyMatch(option -> option.equalsIgnoreCase("close"));
    }

    private static FieldLines sessionFields(ClientOptions options, boolean coded) {
        Headers automatic = Headers.of("User-Agent", options.userAgent(), "Accept", "*/*");
        if (coded) {
            automatic = automatic.plus("Accept-Encoding", ContentDecoder.acceptEncoding());
        }
        return automatic.overriddenBy(options.headers()).without("Host").lines();
    }

    /// Returns the fields of a request that has nothing of its own.
    FieldLines common(Url url) {
        return FieldLines.builder()
                .add("Host", host == null ? url.hostField() : host)
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
        boolean closes = own == common ? sessionCloses : closes(new Headers(own));
        return new Encoded(bytes, framing.body(), kindOf(request), closes);
    }

    private static ResponseKind kindOf(ClientRequest request) {
        if (request.upgradeProtocol() != null) {
            return ResponseKind.TO_UPGRADE;
        }
        return request.method().equals("HEAD") ? ResponseKind.TO_HEAD : ResponseKind.ORDINARY;
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
        addOwn(request, url, authorization != null, fields);
        addDescriptionOfBody(request, body, fields);
        addCookies(request, cookies, fields);
        if (authorization != null) {
            fields.add("Authorization", authorization);
        }
        addUpgrade(request, fields);
        Proxy proxy = route.proxy();
        if (proxy != null && route.isForwarded()) {
            Tunnel.addFields(proxy, fields);
        }
        return fields.build();
    }

    private void addOwn(
            ClientRequest request, Url url, boolean authorized, FieldLines.Builder fields) {
        Headers own = request.headers();
        fields.add("Host", host(request, url));
        FieldLines session = sessionFields(request.decompresses(options));
        for (int i = 0; i < session.count(); i++) {
            String name = session.name(i);
            if (!own.contains(name)
                    && saysOfItsOwn(request, name)
                    && !(authorized && name.equalsIgnoreCase("Authorization"))
                    && !followsFromAnOption(request, name)) {
                fields.add(name, session.value(i));
            }
        }
        for (Map.Entry<String, String> field : own) {
            String name = field.getKey();
            if (!name.equalsIgnoreCase("Host") && !isConnectionOfUpgrade(request, name)) {
                fields.add(name, field.getValue());
            }
        }
    }

    /// Returns whether a field says what an option of the request says in place of the session.
    private static boolean followsFromAnOption(ClientRequest request, String name) {
        return (request.compression() != null && name.equalsIgnoreCase("Content-Encoding"))
                || (request.expectsContinue() && name.equalsIgnoreCase("Expect"))
                || (request.upgradeProtocol() != null && name.equalsIgnoreCase("Upgrade"))
                || isConnectionOfUpgrade(request, name);
    }

    private static boolean isConnectionOfUpgrade(ClientRequest request, String name) {
        return request.upgradeProtocol() != null && name.equalsIgnoreCase("Connection");
    }

    private String host(ClientRequest request, Url url) {
        String own = request.headers().firstOrNull("Host");
        if (own != null) {
            return own;
        }
        return host != null && saysOfItsOwn(request, "Host") ? host : url.hostField();
    }

    /// Returns whether a field of the session's goes into the request, as far as the request says.
    private static boolean saysOfItsOwn(ClientRequest request, String name) {
        return !request.suppresses(name) && !(request.isElsewhere() && isForItsOrigin(name));
    }

    private static boolean isForItsOrigin(String name) {
        return name.equalsIgnoreCase("Authorization")
                || name.equalsIgnoreCase("Cookie")
                || name.equalsIgnoreCase("Host");
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
            requireNoOtherCoding(request);
            fields.add("Content-Encoding", request.compression());
        }
        if (request.expectsContinue() && !request.headers().contains("Expect")) {
            fields.add("Expect", "100-continue");
        }
    }

    /// Nobody knows whether the body is in that coding already, or is to be brought into it.
    private static void requireNoOtherCoding(ClientRequest request) {
        if (request.headers().contains("Content-Encoding")) {
            throw new IllegalArgumentException("expected no Content-Encoding among the headers of"
                    + " a request whose body is compressed on the way: drop the field, it is set"
                    + " anyway; or withCompression, if the body is compressed already");
        }
    }

    /// Upgrade must be among the options of the connection (RFC 9110 section 7.8), beside those
    /// that the caller has set.
    private void addUpgrade(ClientRequest request, FieldLines.Builder fields) {
        String protocol = request.upgradeProtocol();
        if (protocol == null) {
            return;
        }
        List<String> connection = connectionOptions(request);
        StringJoiner all = new StringJoiner(", ");
        connection.forEach(all::add);
        if (connection.stream().noneMatch(option -> option.equalsIgnoreCase("Upgrade"))) {
            all.add("Upgrade");
        }
        fields.add("Connection", all.toString());
        if (!request.headers().contains("Upgrade")) {
            fields.add("Upgrade", protocol);
        }
    }

    private List<String> connectionOptions(ClientRequest request) {
        if (request.headers().contains("Connection")) {
            return request.headers().members("Connection");
        }
        return saysOfItsOwn(request, "Connection")
                ? options.headers().members("Connection")
                : List.of();
    }

    /// A Cookie field of the caller's own is left alone, be it the request's or the session's.
    private void addCookies(
            ClientRequest request, @Nullable String jar, FieldLines.Builder fields) {
        if (says(request, "Cookie")) {
            return;
        }
        Map<String, String> own = request.cookies();
        StringJoiner all = new StringJoiner("; ");
        if (jar != null && !request.suppresses("Cookie")) {
            for (String cookie : jar.split("; ", -1)) {
                if (!own.containsKey(cookie.substring(0, Math.max(0, cookie.indexOf('='))))) {
                    all.add(cookie);
                }
            }
        }
        own.forEach((name, value) -> all.add(name + "=" + value));
        if (all.length() > 0) {
            fields.add("Cookie", all.toString());
        }
    }

    /// Returns whether the caller has set a field, in the request or in the session.
    private boolean says(ClientRequest request, String name) {
        return request.headers().contains(name)
                || (options.headers().contains(name) && saysOfItsOwn(request, name));
    }

    /// Returns the value of the Authorization field, or null: from the request, else from its URL,
    /// else from the session. A field of the caller's own comes before those of the same level.
    private @Nullable String authorization(ClientRequest request, Url url) {
        if (request.headers().contains("Authorization")) {
            return null;
        }
        Credentials credentials = request.credentials();
        if (credentials == null && !request.suppresses("Authorization")) {
            credentials = url.user() == null ? null : ofUrl(url, url.user());
            if (credentials == null && !says(request, "Authorization")) {
                credentials = options.credentialsFor(url);
            }
        }
        return credentials == null ? null : credentials.headerValue();
    }

    /// Returns the credentials in a URL; where it has a user only, the password may be known.
    private Credentials ofUrl(Url url, String user) {
        String password = url.password();
        if (password == null || password.isEmpty()) {
            Login known = options.loginFor(url, user);
            return known == null ? Credentials.basic(user, "") : Credentials.basic(known);
        }
        return Credentials.basic(user, password);
    }
}
