package spindle.http.wire;

/// The head of a request, legal by construction: nothing in it can break out of its line.
///
/// It says nothing about what the fields mean; that a body is framed right is the caller's
/// business.
///
/// @param method any token, in the case in which it is to be sent
/// @param target what goes between the method and the version, percent-encoded: visible ASCII
///     only
/// @param fields all of them, `Host` included
public record RequestHead(String method, String target, FieldLines fields) {

    /// @throws IllegalArgumentException if the method or the target may not be sent; the
    ///     message does not quote the target, which may hold a secret in its query
    public RequestHead {
        requireMethod(method);
        requireTarget(target);
    }

    /// Refuses what is no method.
    ///
    /// @throws IllegalArgumentException if it is no token
    public static void requireMethod(String method) {
        Grammar.requireToken("the method", method);
    }

    /// Returns whether a request of that method does the same whether it arrives once or twice (RFC
    /// 9110 section 9.2.2). Nobody knows that of a method that is not in the RFC.
    public static boolean isIdempotent(String method) {
        return switch (method) {
            case "GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE" -> true;
            default -> false;
        };
    }

    private static void requireTarget(String target) {
        if (target.isEmpty()) {
            throw new IllegalArgumentException("a request target must not be empty");
        }
        for (int i = 0; i < target.length(); i++) {
            if (!Grammar.isTargetChar(target.charAt(i))) {
                throw new IllegalArgumentException(
                        "a request target must be visible ASCII but has the character "
                                + Grammar.code(target.charAt(i))
                                + " at index "
                                + i);
            }
        }
    }

    /// Returns the method and the names of the fields; targets and values may be secrets.
    @Override
    public String toString() {
        return "<RequestHead " + method + " " + fields + ">";
    }
}
