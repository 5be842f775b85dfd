package spindle.http.url;

/// Where the parts of a URL in normal form begin and end in its text.
///
/// ```
///   http://user:password@host:8080/path?query#fragment
///                        |   |    |    |     |
///                        |   |    |    |     fragmentStart   the end if there is no fragment
///                        |   |    |    queryStart            fragmentStart if there is no query
///                        |   |    pathStart
///                        |   hostEnd
///                        hostStart
/// ```
///
/// @param hostStart the index of the bracket if the host is an IPv6 address
/// @param hostEnd the index after that of the closing bracket if the host is an IPv6 address
/// @param port the one to connect to, written or not
record Layout(
        boolean secure,
        int hostStart,
        int hostEnd,
        int port,
        int pathStart,
        int queryStart,
        int fragmentStart) {

    static final int HTTP_PORT = 80;
    static final int HTTPS_PORT = 443;
    static final int LAST_PORT = 0xFFFF;

    static int defaultPort(boolean secure) {
        return secure ? HTTPS_PORT : HTTP_PORT;
    }

    /// What the text begins with.
    static String prefix(boolean secure) {
        return secure ? "https://" : "http://";
    }
}
