package spindle.net;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;

/// Says what went wrong in TLS, with whom, and what to do about it.
final class TlsFailures {
    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    /// The JDK puts the alert that it sends before its message.
    private static final Pattern OWN_ALERT = Pattern.compile("^\\(\\w+\\) ");

    private static final Pattern NOT_TLS =
            Pattern.compile("[Uu]nrecognized SSL message|[Uu]nrecognized record version");

    private TlsFailures() {}

    static IOException ofHandshake(String peer, TlsOptions options, Exception failure) {
        IOException named = new SSLHandshakeException(
                "TLS handshake with " + peer + " failed: " + explain(failure, options));
        named.initCause(failure);
        return named;
    }

    static IOException ofConnection(String peer, TlsOptions options, Exception failure) {
        return new SSLException(
                "TLS connection with " + peer + " failed: " + explain(failure, options), failure);
    }

    private static String explain(Exception failure, TlsOptions options) {
        String message = failure.getMessage();
        if (message == null) {
            return failure.toString();
        }
        Matcher alert = ALERT.matcher(message);
        if (alert.find()) {
            return "the peer sent the alert " + alert.group(1) + meaning(alert.group(1), options);
        }
        if (NOT_TLS.matcher(message).find()) {
            return "what the peer sent is not TLS: does the port speak plain text?";
        }
        return OWN_ALERT.matcher(message).replaceFirst("");
    }

    private static String meaning(String alert, TlsOptions options) {
        return switch (alert) {
            case "unknown_ca", "bad_certificate", "certificate_unknown" ->
                ": it does not trust our certificate";
            case "certificate_expired" -> ": our certificate is not valid any more";
            case "certificate_required" -> ": it wants a certificate from us; see Tls.withIdentity";
            case "handshake_failure" ->
                ": it finds nothing common in what we offer, or wants a certificate from us";
            case "protocol_version" -> ": it takes none of our versions " + options.versions();
            case "no_application_protocol" ->
                ": it takes none of our protocols " + options.applicationProtocols();
            case "unrecognized_name" -> ": it does not know the server name that we ask for";
            default -> "";
        };
    }
}
