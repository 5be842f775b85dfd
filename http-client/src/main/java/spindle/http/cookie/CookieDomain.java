package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/// Hosts and domains: which covers which.
final class CookieDomain {
    /// What would end the host in a URL, or begin something else.
    private static final String NOT_IN_A_HOST = "/\\?#@:[]%";

    private CookieDomain() {}

    // --- One spelling ---

    /// Returns a domain as the host of a URL is spelled, without a dot in front.
    ///
    /// @throws IllegalArgumentException if no URL has such a host
    static String canonical(String text) {
        String bare = text.startsWith(".") ? text.substring(1) : text;
        if (isPlain(bare) && !isIpAddress(bare)) {
            return bare;
        }
        String host = hostOf(bare);
        if (host == null) {
            throw new IllegalArgumentException(
                    "expected a domain such as example.org or an IP address but found \"" + text
                            + "\"");
        }
        return host;
    }

    /// Returns whether it is spelled as a host is anyway.
    private static boolean isPlain(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean plain = (c >= 'a' && c <= 'z')
                    || (c >= '0' && c <= '9')
                    || c == '-'
                    || c == '.'
                    || c == '_';
            if (!plain) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    private static @Nullable String hostOf(String text) {
        boolean bracketed = text.startsWith("[") && text.endsWith("]");
        String bare = bracketed ? text.substring(1, text.length() - 1) : text;
        boolean isIpV6 = bare.indexOf(':') >= 0;
        for (int i = 0; i < bare.length(); i++) {
            char c = bare.charAt(i);
            boolean foreign =
                    CookieSyntax.isControl(c) || c == ' ' || NOT_IN_A_HOST.indexOf(c) >= 0;
            if (foreign && !(isIpV6 && c == ':')) {
                return null;
            }
        }
        if (bare.isEmpty() || (bracketed && !isIpV6)) {
            return null;
        }
        try {
            return Url.parse(isIpV6 ? "http://[" + bare + "]/" : "http://" + bare + "/")
                    .host();
        } catch (InvalidUrlException none) {
            return null;
        }
    }

    /// Returns a domain attribute as the host of a URL is spelled. One that is none comes back as
    /// something that covers no host.
    static String ofAttribute(String attribute) {
        for (int i = 0; i < attribute.length(); i++) {
            if (attribute.charAt(i) >= 0x80) {
                String host = hostOf(decoded(attribute));
                return host == null ? attribute : host;
            }
        }
        return attribute.toLowerCase(Locale.ROOT);
    }

    /// The chars of a field are bytes. Where a domain is not ASCII they are most likely UTF-8.
    private static String decoded(String attribute) {
        ByteBuffer bytes = ByteBuffer.allocate(attribute.length());
        for (int i = 0; i < attribute.length(); i++) {
            char c = attribute.charAt(i);
            if (c > 0xff) {
                return attribute;
            }
            bytes.put((byte) c);
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException latin1) {
            return attribute;
        }
    }

    // --- Which covers which ---

    /// Returns whether a host is `domain` or below it (RFC 6265 section 5.1.3).
    static boolean covers(String domain, String host) {
        int rest = host.length() - domain.length();
        if (rest == 0) {
            return host.equals(domain);
        }
        return rest > 0
                && host.charAt(rest - 1) == '.'
                && host.endsWith(domain)
                && !isIpAddress(host);
    }

    /// Returns the domain that this one is directly below, or null for the last one.
    static @Nullable String parentOf(String domain) {
        int dot = domain.indexOf('.');
        return dot < 0 || dot == domain.length() - 1 ? null : domain.substring(dot + 1);
    }

    /// Returns whether a host is an address. A name never ends with a number, or it would be read
    /// as an address.
    static boolean isIpAddress(String host) {
        if (host.indexOf(':') >= 0) {
            return true;
        }
        int end = host.endsWith(".") ? host.length() - 1 : host.length();
        int start = host.lastIndexOf('.', end - 1) + 1;
        for (int i = start; i < end; i++) {
            if (host.charAt(i) < '0' || host.charAt(i) > '9') {
                return false;
            }
        }
        return start < end;
    }
}
