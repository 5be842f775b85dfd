package spindle.http;

import spindle.http.url.Url;
import spindle.http.wire.FieldLines;

/// What follows from a URL's text alone, for one session.
///
/// @param request a GET of it
/// @param common the header fields of a request for it that has nothing of its own
record Target(ClientRequest request, FieldLines common) {
    Url url() {
        return request.url();
    }
}
