package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.util.LinkedHashMap;
import java.util.Map;

/// Reads URLs, and remembers the last ones: who asks often for the same has it read once.
final class Targets {
    private static final int REMEMBERED = 256;

    private final @Nullable Url base;
    private final RequestHeads heads;

    /// The one that was not used for longest first.
    private final Map<String, Target> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Target> eldest) {
            return size() > REMEMBERED;
        }
    };

    /// Fast path: who loads one URL asks with the very same text each time (B05_Request).
    private @Nullable String lastText;

    private @Nullable Target last;

    /// @param base what relative URLs are resolved against
    Targets(@Nullable Url base, RequestHeads heads) {
        this.base = base;
        this.heads = heads;
    }

    @SuppressWarnings("StringEquality") // Equal ones are found below.
    Target of(String url) throws ClientException.InvalidUrl {
        if (last != null && url == lastText) {
            return last;
        }
        Target target = known.get(url);
        if (target == null) {
            target = read(url);
            known.put(url, target);
        }
        lastText = url;
        last = target;
        return target;
    }

    private Target read(String text) throws ClientException.InvalidUrl {
        try {
            Url url = base == null ? Url.parse(text) : base.resolve(text);
            ClientRequest request = ClientRequest.get(text).resolved(url.withoutFragment());
            return new Target(request, heads.common(url));
        } catch (InvalidUrlException invalid) {
            throw new ClientException.InvalidUrl(String.valueOf(invalid.getMessage()), invalid);
        }
    }
}
