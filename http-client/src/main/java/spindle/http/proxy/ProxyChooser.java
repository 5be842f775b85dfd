package spindle.http.proxy;

import org.jspecify.annotations.Nullable;

import spindle.http.url.Url;

/// Chooses the proxy that a request goes through.
///
/// ```java
/// ProxyChooser chooser = target -> target.host().endsWith(".internal") ? null : proxy;
/// ```
///
/// It is asked in the loop, once for each request and again for each redirect of it, before a
/// connection is looked for. It must not wait. If it throws, the request fails with that.
@FunctionalInterface
public interface ProxyChooser {
    /// Returns the proxy for a request to `target`; null for none.
    @Nullable
    Proxy proxyFor(Url target);

    /// Returns the chooser of no proxy.
    static ProxyChooser none() {
        return _ -> null;
    }

    /// Returns the chooser of one proxy for everything.
    static ProxyChooser always(Proxy proxy) {
        return _ -> proxy;
    }
}
