package spindle.net;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.EventLoop;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/// Finds the addresses of a host name.
@FunctionalInterface
public interface Resolver {
    /// Returns a coroutine that finds the addresses of `host`, at least one, the preferred one
    /// first. Suspends the calling task. It fails with an [java.net.UnknownHostException].
    @CheckReturnValue
    Coroutine<List<InetAddress>> resolve(String host);

    /// Returns the system's resolver. It blocks its caller, so it is called on threads of its
    /// own, four at the most: slow answers hold up other names, but neither the loop nor
    /// anything else. An address in place of a name is its own answer and needs no thread.
    ///
    /// The JDK remembers what the system said for itself: answers for 30 s, failures for 10 s,
    /// unless the security properties `networkaddress.cache.ttl` and
    /// `networkaddress.cache.negative.ttl` say otherwise.
    static Resolver system() {
        return SystemResolver.INSTANCE;
    }

    /// Returns the resolver that a loop's users share: the system's, behind a
    /// [CachingResolver].
    static Resolver of(EventLoop loop) {
        return CachingResolver.shared(loop);
    }

    /// Returns the resolver that the users of the calling loop share.
    static Resolver current() {
        return of(EventLoop.current());
    }

    /// Returns a resolver that knows some names by heart and asks another one for the rest: the
    /// way to send a program to other machines than its names say, without touching the system.
    /// Upper and lower case are one; an address in place of a name is its own answer, unless
    /// that is among the names.
    ///
    /// @param hosts what it knows, at least one address for each name
    /// @throws IllegalArgumentException if a name has no address
    static Resolver fixed(Map<String, List<InetAddress>> hosts, Resolver otherwise) {
        return new FixedResolver(hosts, otherwise);
    }

    /// Returns a resolver that knows some names and no others.
    static Resolver fixed(Map<String, List<InetAddress>> hosts) {
        return new FixedResolver(hosts, FixedResolver.NOTHING_ELSE);
    }
}
