package spindle.net;

import spindle.Coroutine;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// A resolver that was told its answers, with another one for the names it was not.
final class FixedResolver implements Resolver {
    /// Knows no name.
    static final Resolver NOTHING_ELSE = host -> () -> {
        throw new UnknownHostException(host + ": not among the fixed names");
    };

    private final Map<String, List<InetAddress>> hosts = new HashMap<>();
    private final Resolver otherwise;

    FixedResolver(Map<String, List<InetAddress>> hosts, Resolver otherwise) {
        hosts.forEach(this::put);
        this.otherwise = otherwise;
    }

    private void put(String host, List<InetAddress> addresses) {
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException(
                    "expected at least one address for " + host + " but got none");
        }
        hosts.put(host.toLowerCase(Locale.ROOT), List.copyOf(addresses));
    }

    @Override
    public Coroutine<List<InetAddress>> resolve(String host) {
        return () -> {
            List<InetAddress> known = hosts.get(host.toLowerCase(Locale.ROOT));
            if (known != null) {
                return known;
            }
            InetAddress literal = Addresses.parse(host);
            return literal != null ? List.of(literal) : otherwise.resolve(host).run();
        };
    }
}
