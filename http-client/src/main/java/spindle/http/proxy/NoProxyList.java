package spindle.http.proxy;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// The hosts that no proxy is asked for: what `no_proxy` says.
///
/// What can't be understood is refused rather than passed over: passed over, requests that
/// were to stay inside would go out through the proxy in silence.
final class NoProxyList {
    static final NoProxyList NOBODY = new NoProxyList(List.of());

    private static final int ANY_PORT = -1;
    private static final Pattern PORT = Pattern.compile(":[0-9]+$");

    private final List<Entry> entries;

    private NoProxyList(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /// Whom one entry means.
    private sealed interface Entry {
        record Everybody() implements Entry {}

        /// @param includesHost whether the host itself is meant too, and not only all below it
        record Name(String host, boolean includesHost, int port) implements Entry {}

        record Block(AddressBlock block, int port) implements Entry {}
    }

    /// @param variable where the text is from, for messages
    /// @throws IllegalArgumentException if an entry makes no sense
    static NoProxyList parse(String variable, String text) {
        var entries = new ArrayList<Entry>();
        for (String word : text.split("[,\\s]+", -1)) {
            if (!word.isEmpty()) {
                entries.add(entry(variable, word));
            }
        }
        return new NoProxyList(entries);
    }

    private static Entry entry(String variable, String word) {
        if (word.equals("*")) {
            return new Entry.Everybody();
        }
        try {
            return word.contains("/") ? block(word) : host(word);
        } catch (IllegalArgumentException failure) {
            // A URL is nothing that the reader of this message wrote.
            String problem =
                    failure instanceof InvalidUrlException ? "" : ": " + failure.getMessage();
            throw new IllegalArgumentException("expected hosts, addresses and blocks of addresses "
                    + "such as \".example.org, 10.0.0.0/8\" in the environment variable "
                    + variable + " but found \"" + shown(word) + "\"" + problem);
        }
    }

    /// Takes out what can only be credentials, of a URL that does not belong here.
    private static String shown(String word) {
        int end = word.lastIndexOf('@');
        return end < 0 ? word : "***" + word.substring(end);
    }

    private static Entry block(String word) {
        int slash = word.indexOf('/');
        String host = bracketed(unbracketed(word.substring(0, slash)));
        Url url = Url.parse("http://" + host + "/");
        if (!url.isIpAddress() || host.indexOf('@') >= 0) {
            throw new IllegalArgumentException("a block begins with an address");
        }
        return new Entry.Block(AddressBlock.parse(url.host(), word.substring(slash + 1)), ANY_PORT);
    }

    private static String unbracketed(String text) {
        return text.startsWith("[") && text.endsWith("]")
                ? text.substring(1, text.length() - 1)
                : text;
    }

    private static String bracketed(String address) {
        return address.indexOf(':') < 0 ? address : "[" + address + "]";
    }

    private static Entry host(String word) {
        boolean isBelow = word.startsWith("*.");
        String name = isBelow ? word.substring(2) : word.startsWith(".") ? word.substring(1) : word;
        if (name.indexOf('*') >= 0) {
            throw new IllegalArgumentException("an asterisk stands alone, or before a dot");
        }
        // An address of IPv6 has brackets or several colons; else a colon begins a port.
        boolean isBareIpv6 = !name.startsWith("[") && name.indexOf(':') != name.lastIndexOf(':');
        boolean hasPort = !isBareIpv6 && PORT.matcher(name).find();
        Url url = Url.parse("http://" + (isBareIpv6 ? bracketed(name) : name) + "/");
        if (name.indexOf('@') >= 0 || !url.target().equals("/") || url.fragment() != null) {
            throw new IllegalArgumentException("there is more than a host and a port");
        }
        int port = hasPort ? url.port() : ANY_PORT;
        return url.isIpAddress()
                ? new Entry.Block(AddressBlock.of(url.host()), port)
                : new Entry.Name(withoutDot(url.host()), !isBelow, port);
    }

    /// The dot at the end of `example.org.` says that the name is complete, as ours always are.
    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    boolean covers(Url target) {
        if (entries.isEmpty()) {
            return false;
        }
        String host = withoutDot(target.host());
        // Only where it is one: no name is ever looked up here.
        InetAddress address = target.isIpAddress() ? InetAddress.ofLiteral(host) : null;
        for (Entry entry : entries) {
            boolean isMeant = switch (entry) {
                case Entry.Everybody() -> true;
                case Entry.Name name ->
                    address == null && isMeant(name, host) && isPort(name.port(), target);
                case Entry.Block(AddressBlock block, int port) ->
                    address != null && block.contains(address) && isPort(port, target);
            };
            if (isMeant) {
                return true;
            }
        }
        return false;
    }

    private static boolean isMeant(Entry.Name name, String host) {
        return host.endsWith("." + name.host())
                || (name.includesHost() && host.equals(name.host()));
    }

    private static boolean isPort(int port, Url target) {
        return port == ANY_PORT || port == target.port();
    }

    @Override
    public String toString() {
        return entries.size() + " entries";
    }
}
