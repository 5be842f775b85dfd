package spindle.http.cookie;

/// Paths of cookies, which cover those of requests as folders do.
final class CookiePath {
    private CookiePath() {}

    /// Returns the path of a cookie that says none: the folder of the request's (RFC 6265
    /// section 5.1.4).
    static String defaultOf(String requestPath) {
        int slash = requestPath.lastIndexOf('/');
        return slash <= 0 ? "/" : requestPath.substring(0, slash);
    }

    /// Returns whether `path` is `folder` or below it (RFC 6265 section 5.1.4).
    static boolean covers(String folder, String path) {
        return path.startsWith(folder)
                && (path.length() == folder.length()
                        || folder.endsWith("/")
                        || path.charAt(folder.length()) == '/');
    }
}
