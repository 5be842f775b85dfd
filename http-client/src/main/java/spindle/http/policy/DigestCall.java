package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.http.ClientException;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.Middleware;
import spindle.http.auth.AuthChallenge;
import spindle.http.auth.DigestAlgorithm;
import spindle.http.auth.DigestAnswer;
import spindle.http.auth.DigestChallenge;
import spindle.http.auth.DigestSession;
import spindle.http.body.BytesBody;
import spindle.http.body.RequestBody;

import java.security.MessageDigest;
import java.util.List;

/// One request on its way through [DigestAuthentication].
///
/// ```
/// unasked: with an answer, if a session covers the URL; else without
/// 401                ->  with an answer to it
/// 401, stale=true    ->  once more
/// ```
final class DigestCall {
    // fixed at construction
    private final ClientRequest request;
    private final Middleware.Next next;
    private final DigestRealms realms;

    // changes while running
    /// How many challenges this request has answered.
    private int answered;

    DigestCall(ClientRequest request, Middleware.Next next, DigestRealms realms) {
        this.request = request;
        this.next = next;
        this.realms = realms;
    }

    /// Sends the request. Suspends the calling task.
    ClientResponse run() throws Exception {
        DigestRealms.Shared shared = realms.covering(request.url(), this::canAnswer);
        while (true) {
            long version = realms.version();
            ClientResponse response = send(shared);
            if (response.status() != 401) {
                return response;
            }
            DigestChallenge challenge = challenge(response);
            if (challenge == null || isRefusal(challenge)) {
                if (shared != null && answered > 0) {
                    realms.forget(shared);
                }
                return response;
            }
            RequestBody body = request.body();
            if (body != null && !body.canBeSent()) {
                realms.answering(request.url(), challenge, version, this::canAnswer);
                return response;
            }
            Async.await(response.discard());
            // Had we made do with somebody else's challenge, and it was too old: ours is not.
            long since = answered == 0 ? version : Long.MAX_VALUE;
            shared = realms.answering(request.url(), challenge, since, this::canAnswer);
            answered++;
        }
    }

    /// Returns the challenge to answer; null if there is none that can be.
    private @Nullable DigestChallenge challenge(ClientResponse response) {
        List<AuthChallenge> fields =
                AuthChallenge.parse(response.headers().all("WWW-Authenticate"));
        return DigestChallenge.strongestOf(
                fields.stream().filter(this::canAnswer).toList());
    }

    private boolean canAnswer(AuthChallenge field) {
        DigestChallenge challenge = DigestChallenge.of(field);
        return challenge != null && canAnswer(challenge);
    }

    private boolean canAnswer(DigestChallenge challenge) {
        return !challenge.requiresBodyHash() || request.body() == null || plainBody() != null;
    }

    /// Returns whether a challenge means that the answer was wrong, and not just too old. An answer
    /// that was sent unasked does not count: what it knew of the server may be out of date.
    private boolean isRefusal(DigestChallenge challenge) {
        return answered > 1 || (answered == 1 && !challenge.isStale());
    }

    // --- Sending ---

    private ClientResponse send(DigestRealms.@Nullable Shared shared) throws Exception {
        if (shared == null) {
            return next.send(announced());
        }
        DigestSession session = shared.session();
        DigestAnswer answer = session.answer(
                request.method(), request.url().target(), bodyHash(session.challenge()));
        ClientResponse response =
                next.send(announced().withHeader("Authorization", answer.headerValue()));
        String info = response.headers().first("Authentication-Info").orElse(null);
        if (info != null && response.status() != 401) {
            requireProof(answer, info, response);
            session.received(answer, info);
        }
        return response;
    }

    /// A body that can be sent once is not spent on a 401, unless the answer is to one just now.
    private ClientRequest announced() {
        return request.body() instanceof RequestBody.OneShot && answered == 0
                ? request.withExpectContinue()
                : request;
    }

    private byte @Nullable [] bodyHash(DigestChallenge challenge) {
        DigestAlgorithm algorithm = challenge.algorithm();
        if (request.body() == null) {
            return challenge.requiresBodyHash() ? algorithm.newDigest().digest() : null;
        }
        BytesBody body = challenge.takesBodyHash() ? plainBody() : null;
        if (body == null) {
            return null;
        }
        MessageDigest digest = algorithm.newDigest();
        digest.update(body.bytes());
        return digest.digest();
    }

    /// Returns the body if its bytes are known and sent as they are, else null.
    private @Nullable BytesBody plainBody() {
        return request.compression() == null && request.body() instanceof BytesBody bytes
                ? bytes
                : null;
    }

    private void requireProof(DigestAnswer answer, String info, ClientResponse response)
            throws ClientException {
        if (answer.check(info, null) == DigestAnswer.Proof.WRONG) {
            response.close();
            throw new ClientException.Protocol(
                    ClientException.Kind.AUTHENTICATION,
                    request.method() + " " + request.url() + ": expected the server to prove in"
                            + " Authentication-Info that it knows the password, but its proof is"
                            + " wrong",
                    null);
        }
    }

    @Override
    public String toString() {
        return "<DigestCall " + request + " answered=" + answered + ">";
    }
}
