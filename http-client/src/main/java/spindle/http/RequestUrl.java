package spindle.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where a request goes and what it asks for there: the parts of a URL that HTTP uses.
///
/// @param text the URL as it was given, for messages; it has no credentials
/// @param origin whom to connect to
/// @param target what goes into the request line
record RequestUrl(String text, Origin origin, String target) {
    private static final Pattern SCHEME = Pattern.compile("(?i)(https?|ftp|wss?|file):[/\\\\]*");

    static RequestUrl parse(String url) throws ClientException.InvalidUrl {
        String text = redact(url); // Until it is clear that it holds no credentials.
        URI uri;
        try {
            uri = new URI(url).parseServerAuthority();
        } catch (URISyntaxException failure) {
            throw invalid(text, failure.getReason() + " at index " + failure.getIndex());
        }
        if (uri.getScheme() == null || uri.getHost() == null) {
            throw invalid(text, "it has no " + (uri.getScheme() == null ? "scheme" : "host"));
        }
        if (uri.getScheme().equalsIgnoreCase("https")) {
            throw invalid(text, "https is not supported yet, only http");
        }
        if (!uri.getScheme().equalsIgnoreCase("http")) {
            throw invalid(text, "the scheme " + uri.getScheme() + " is not supported, only http");
        }
        if (uri.getRawUserInfo() != null) {
            throw invalid(text, "credentials in a URL are not supported");
        }
        int port = uri.getPort() < 0 ? Origin.HTTP_PORT : uri.getPort();
        if (port == 0 || port > 0xFFFF) {
            throw invalid(text, "the port must be from 1 to 65535, was " + port);
        }
        return new RequestUrl(url, Origin.of(uri.getHost(), port), target(uri));
    }

    /// Returns path and query; whatever is not ASCII in them is percent-encoded.
    private static String target(URI uri) {
        String ascii = uri.toASCIIString();
        URI encoded = ascii.length() == uri.toString().length() ? uri : URI.create(ascii);
        String path = encoded.getRawPath().isEmpty() ? "/" : encoded.getRawPath();
        return encoded.getRawQuery() == null ? path : path + "?" + encoded.getRawQuery();
    }

    private static ClientException.InvalidUrl invalid(String text, String problem) {
        return new ClientException.InvalidUrl(
                "expected a URL such as http://host/path but found \"" + text + "\": " + problem);
    }

    /// Takes out of a URL whatever could be credentials: all between its scheme and its last
    /// `@`. Nobody knows where they are in a URL that is none, and no message may hold them.
    private static String redact(String url) {
        int end = url.lastIndexOf('@');
        if (end < 0) {
            return url;
        }
        Matcher scheme = SCHEME.matcher(url);
        return (scheme.lookingAt() ? scheme.group() : "") + "***" + url.substring(end);
    }

    @Override
    public String toString() {
        return text;
    }
}
