import org.jspecify.annotations.NullMarked;

/// The HTTP client: sessions, pooled connections and HTTP/1.1 on the event loop.
@NullMarked
@SuppressWarnings("requires-automatic") // ICU4J has a stable name, but no module descriptor.
module spindle.http {
    // A session's methods return coroutines: whoever calls them needs the loop's types too.
    requires transitive spindle.runtime;
    // The annotations that say what may be null: read by compilers, absent at run time.
    requires static transitive org.jspecify;

    // The list of public suffixes, for cookies.
    requires com.google.common;
    // Used where they are present: names beyond ASCII, codings of bodies, JSON.
    requires static com.ibm.icu;
    requires static com.aayushatharva.brotli4j;
    requires static com.github.luben.zstd_jni;
    requires static tools.jackson.databind;

    exports spindle.http.auth;
    exports spindle.http.body;
    exports spindle.http.cookie;
    exports spindle.http.policy;
    exports spindle.http.proxy;
    exports spindle.http.url;
    exports spindle.http;
}
