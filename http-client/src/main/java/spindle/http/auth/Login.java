package spindle.http.auth;

/// A user and a password, from which [Credentials] and digest answers are made.
///
/// A value that holds what it was given; whether a scheme can send it is for the scheme to say.
///
/// @param user the user's name; may be empty
/// @param password the password; may be empty
public record Login(String user, String password) {
    /// Shows neither.
    @Override
    public String toString() {
        return "<Login ***>";
    }
}
