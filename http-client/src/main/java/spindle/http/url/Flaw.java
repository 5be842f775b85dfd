package spindle.http.url;

import org.jspecify.annotations.Nullable;

import spindle.http.url.InvalidUrlException.Reason;

/// Why a text is no URL for us; whoever has the whole text makes an [InvalidUrlException] of it.
final class Flaw extends Exception {

    private static final long serialVersionUID = 1;

    final Reason reason;

    /// The piece of the text at fault. It may be a piece of a password: of
    /// `http://user:se/cret@host/` the port is `se`.
    private final @Nullable String piece;

    Flaw(Reason reason, String problem) {
        this(reason, problem, null);
    }

    Flaw(Reason reason, String problem, @Nullable String piece) {
        super(problem, null, false, false);
        this.reason = reason;
        this.piece = piece;
    }

    /// Says what is wrong.
    ///
    /// @param mayQuote the text at fault cannot hold credentials
    String problem(boolean mayQuote) {
        String quoted =
                piece == null || !mayQuote ? "" : ", was " + InvalidUrlException.quote(piece);
        return getMessage() + quoted;
    }
}
