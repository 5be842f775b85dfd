import org.jspecify.annotations.NullMarked;

/// The HTTP client: sessions, pooled connections and HTTP/1.1 on the event loop.
@NullMarked
module spindle.http {
    // A session's methods return coroutines: whoever calls them needs the loop's types too.
    requires transitive spindle.runtime;
    // The annotations that say what may be null: read by compilers, absent at run time.
    requires static transitive org.jspecify;

    exports spindle.http;
}
