import org.jspecify.annotations.NullMarked;

/// The event loop: futures, tasks and coroutines on one thread, and the sockets
/// they wait for.
@NullMarked
module spindle.runtime {
    // The default exception handler reports through it: what else fails in a loop would fail
    // unheard.
    requires org.slf4j;
    // The annotations that say what may be null: read by compilers, absent at run time.
    requires static transitive org.jspecify;

    // The JUnit extension in spindle.testing: only who uses that needs it.
    requires static org.junit.jupiter.api;

    // Ctrl-C: the JDK hands signals out nowhere else.
    requires jdk.unsupported;

    exports spindle;
    exports spindle.files;
    exports spindle.net;
    exports spindle.process;
    exports spindle.sync;
    exports spindle.testing;
}
