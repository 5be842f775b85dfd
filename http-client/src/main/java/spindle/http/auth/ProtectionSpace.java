package spindle.http.auth;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.util.ArrayList;
import java.util.List;

/// The URLs of one origin to which an answer may be sent before the server asks for it (RFC
/// 7616 section 3.3, `domain`).
///
/// A server may name URLs of other servers too. Those are left out: whoever could make a
/// client send answers to a third party could try passwords on them there.
final class ProtectionSpace {
    private final String origin;
    private final List<String> paths;

    private ProtectionSpace(String origin, List<String> paths) {
        this.origin = origin;
        this.paths = List.copyOf(paths);
    }

    /// Returns the space that a challenge opens.
    ///
    /// @param challenged what was asked for
    /// @param domain what the challenge says, relative to that; nothing means the whole server
    static ProtectionSpace of(Url challenged, List<String> domain) {
        String origin = challenged.origin();
        if (domain.isEmpty()) {
            return new ProtectionSpace(origin, List.of("/"));
        }
        var paths = new ArrayList<String>();
        for (String reference : domain) {
            try {
                Url url = challenged.resolveField(reference);
                if (url.origin().equals(origin)) {
                    paths.add(url.path());
                }
            } catch (InvalidUrlException _) {
                // What isn't understood protects nothing; at worst a request is challenged.
            }
        }
        return new ProtectionSpace(origin, paths);
    }

    boolean covers(Url url) {
        return url.origin().equals(origin)
                && paths.stream().anyMatch(path -> isWithin(path, url.path()));
    }

    /// The RFC wants a prefix; we want one that ends with a segment, so that `/a` has nothing
    /// to do with `/abc`.
    private static boolean isWithin(String parent, String path) {
        return path.equals(parent) || path.startsWith(parent.endsWith("/") ? parent : parent + "/");
    }
}
