package spindle.net;

import spindle.CheckReturnValue;
import spindle.Coroutine;

import java.net.InetAddress;
import java.util.List;

/// Finds the addresses of a host name.
@FunctionalInterface
public interface Resolver {
    /// Returns a coroutine that finds the addresses of `host`, at least one, the preferred one
    /// first. Suspends the calling task. It fails with an [java.net.UnknownHostException].
    @CheckReturnValue
    Coroutine<List<InetAddress>> resolve(String host);

    /// Returns the system's resolver. It blocks its caller, so it is called on threads of its
    /// own, four at the most: slow answers hold up other names, but neither the loop nor
    /// anything else.
    static Resolver system() {
        return SystemResolver.INSTANCE;
    }
}
