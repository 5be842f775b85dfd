package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import spindle.http.auth.DigestChallenge;
import spindle.http.auth.DigestSession;
import spindle.http.url.Url;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/// What is known of one server that asks for digest answers: a session for each of its realms.
final class DigestRealms {
    /// A server with more of them is answered all the same, each time anew.
    private static final int MOST = 8;

    /// What all requests to a realm share.
    static final class Shared {
        private final DigestSession session;

        /// Grows with each challenge that the session was given.
        private long version;

        private Shared(DigestSession session) {
            this.session = session;
        }

        DigestSession session() {
            return session;
        }

        private String realm() {
            return session.challenge().realm();
        }
    }

    // fixed at construction
    private final BiFunction<Url, DigestChallenge, DigestSession> opening;

    // changes while running
    /// The one used last first.
    private final List<Shared> all = new ArrayList<>();

    private long version;

    DigestRealms(BiFunction<Url, DigestChallenge, DigestSession> opening) {
        this.opening = opening;
    }

    /// Returns how many challenges were taken so far.
    long version() {
        return version;
    }

    /// Returns the session of those that can be used whose protection space a URL is in; null if
    /// there is none.
    @Nullable
    Shared covering(Url url, Predicate<DigestChallenge> canAnswer) {
        for (Shared shared : all) {
            if (shared.session.covers(url) && canAnswer.test(shared.session.challenge())) {
                return use(shared);
            }
        }
        return null;
    }

    private Shared use(Shared shared) {
        all.remove(shared);
        all.addFirst(shared);
        return shared;
    }

    /// Returns the session that answers a challenge. Of many that are challenged at a time, the
    /// first one gives the session its challenge, and the others make do with that: it is no older
    /// than their own, and so all of them have one nonce, and count it together.
    ///
    /// @param since the version when what was challenged was sent; a session that is not newer
    ///     takes the challenge
    /// @param canAnswer which challenges the request can answer
    Shared answering(
            Url url, DigestChallenge challenge, long since, Predicate<DigestChallenge> canAnswer) {
        for (Shared shared : all) {
            if (shared.realm().equals(challenge.realm())) {
                if (shared.version <= since || !canAnswer.test(shared.session.challenge())) {
                    shared.session.renew(url, challenge);
                    shared.version = ++version;
                }
                return use(shared);
            }
        }
        Shared fresh = new Shared(opening.apply(url, challenge));
        fresh.version = ++version;
        all.addFirst(fresh);
        if (all.size() > MOST) {
            all.removeLast();
        }
        return fresh;
    }

    /// Its answers are not taken: nobody is to send them unasked.
    void forget(Shared refused) {
        all.remove(refused);
    }

    @Override
    public String toString() {
        return "<DigestRealms " + all.size() + ">";
    }
}
