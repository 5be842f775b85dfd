package spindle.http.wire;

/// To what a response is the answer, as far as that decides where it ends (RFC 9112 section
/// 6.3): its own bytes do not tell.
public enum ResponseKind {
    /// The answer to a request without a rule of its own, such as GET or POST.
    ORDINARY,

    /// The answer to HEAD: it has no body, whatever its fields say.
    TO_HEAD,

    /// The answer to CONNECT: a 2xx opens a tunnel, whatever its fields say (RFC 9110 section
    /// 9.3.6). Any other status is an answer like every other.
    TO_CONNECT,

    /// The answer to a request with the field `Upgrade`: a 101 is the final response, and the
    /// protocol that was asked for begins behind it (RFC 9110 section 7.8). Without having
    /// been asked for, a 101 is refused.
    TO_UPGRADE;

    /// Whether a response of this status ends HTTP on its connection.
    boolean isTunnel(int status) {
        return switch (this) {
            case ORDINARY, TO_HEAD -> false;
            case TO_CONNECT -> status >= 200 && status < 300;
            case TO_UPGRADE -> status == 101;
        };
    }
}
