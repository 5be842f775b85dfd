package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.body.RequestBody;
import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

/// Where a redirect leads, and what is asked there (RFC 9110 section 15.4):
///
/// | status | method | body |
/// |---|---|---|
/// | 303 | GET, unless it was HEAD | dropped |
/// | 301, 302 | GET in place of POST, as everybody does; else the same | dropped with POST |
/// | 307, 308 | the same | sent again |
///
/// It leads on from the URL that was really sent, whatever middlewares have made of the request's:
/// that is the target URI, which a relative Location is resolved against (RFC 9110 section
/// 10.2.2). What is asked there is the request as it was before them, so that they see it anew.
///
/// To another origin (scheme, host or port) no credentials go along, of whatever kind: not those
/// of the request, of its URL, nor its cookies. Another one than the request's is one too: they
/// were not meant for wherever a middleware has led it. The jar and the session's credentials know
/// themselves whom they are for.
final class Redirects {
    private Redirects() {}

    /// Refuses what is no limit for redirects.
    static void requireLimit(int most) {
        if (most < 0) {
            throw new IllegalArgumentException("maxRedirects must be at least 0, was " + most);
        }
    }

    static boolean isRedirect(int status) {
        return switch (status) {
            case 301, 302, 303, 307, 308 -> true;
            default -> false;
        };
    }

    /// Returns what to ask next, or null if the response leads nowhere, and so is the answer.
    ///
    /// @param request as it was before the middlewares
    /// @throws ClientException.Redirect if it leads where it may not be followed
    static @Nullable ClientRequest follow(
            ClientResponse response, ClientRequest request, boolean allowInsecure)
            throws ClientException.Redirect {
        String location =
                isRedirect(response.status()) ? response.headers().firstOrNull("Location") : null;
        if (location == null) {
            return null;
        }
        Url from = response.url();
        Url to = resolve(from, location);
        if (from.isSecure() && !to.isSecure() && !allowInsecure) {
            throw new ClientException.Redirect(
                    "a redirect from https to " + to + " is not followed: what was to be encrypted"
                            + " would not be any more (ClientOptions.withInsecureRedirects)",
                    null);
        }
        ClientRequest next =
                changesToGet(response.status(), request.method()) ? request.asGet() : request;
        RequestBody body = next.body();
        if (body != null && !body.canBeSent()) {
            throw new ClientException.Redirect(
                    "a redirect to " + to + " wants the body of the request again, which can be"
                            + " sent only once: " + body,
                    null);
        }
        if (!from.origin().equals(to.origin()) || !request.url().origin().equals(to.origin())) {
            next = next.forAnotherOrigin();
        }
        return next.resolved(to.withoutFragment());
    }

    private static boolean changesToGet(int status, String method) {
        return switch (status) {
            case 303 -> !method.equals("HEAD") && !method.equals("GET");
            case 301, 302 -> method.equals("POST");
            default -> false;
        };
    }

    /// Within the origin the credentials of the URL stay in force, unless the target brings its
    /// own.
    private static Url resolve(Url from, String location) throws ClientException.Redirect {
        Url to;
        try {
            to = from.resolveField(location);
        } catch (InvalidUrlException invalid) {
            throw new ClientException.Redirect(
                    "a redirect cannot be followed: " + invalid.getMessage(), invalid);
        }
        if (to.user() == null && from.user() != null && from.origin().equals(to.origin())) {
            String password = from.password();
            return to.withCredentials(from.user(), password == null ? "" : password);
        }
        return to;
    }
}
