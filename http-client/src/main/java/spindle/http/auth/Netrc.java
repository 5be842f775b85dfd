package spindle.http.auth;

import static spindle.Async.await;

import org.jspecify.annotations.Nullable;

import spindle.CheckReturnValue;
import spindle.Coroutine;
import spindle.files.AsyncFiles;

import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/// The logins that a `.netrc` file has for hosts.
///
/// ```
/// # Comments are fine.
/// machine example.org login mufasa password "Circle of \"Life\""
/// default login anonymous password guest@
/// ```
///
/// Words are separated by blanks and ends of lines. One that begins with a quotation mark goes
/// on to the next, with `\n`, `\r`, `\t` and otherwise `\x` for `x`; a backslash in any other
/// word means itself. A `#` where a keyword may stand begins a comment. `account` and macros
/// (`macdef`, up to an empty line) are read over.
///
/// Immutable. Who may read the file is not looked at: curl and aiohttp don't either, and a file
/// that others can read is its owner's affair.
public final class Netrc {
    private static final int MAX_BYTES = 1024 * 1024;
    private static final Netrc EMPTY = new Netrc(List.of());

    private final List<Entry> entries;

    Netrc(List<Entry> entries) {
        this.entries = List.copyOf(entries);
    }

    /// What the file says under one `machine`, or under `default`.
    ///
    /// @param machine in lower case; null for `default`
    /// @param user null if the file names none
    /// @param password null if the file has none
    record Entry(
            @Nullable String machine,
            @Nullable String user,
            @Nullable String password) {
        @Override
        public String toString() {
            return "<Entry " + (machine == null ? "default" : machine) + " ***>";
        }
    }

    /// Returns a coroutine that reads the file that `$NETRC` names, or else `.netrc` in the
    /// home folder (`$HOME`, `%USERPROFILE%`). Suspends the calling task.
    ///
    /// No file at home is as good as an empty one. One that `$NETRC` names has to be there.
    ///
    /// @param environment such as [System#getenv()]
    @CheckReturnValue
    public static Coroutine<Netrc> fromEnvironment(Map<String, String> environment) {
        return () -> {
            Path path = path(environment);
            if (path == null) {
                return EMPTY;
            }
            try {
                return await(load(path));
            } catch (NoSuchFileException missing) {
                if (valueOf(environment, "NETRC") != null) {
                    throw missing;
                }
                return EMPTY;
            }
        };
    }

    /// Returns the path that [#fromEnvironment] reads; null if there is no home folder.
    static @Nullable Path path(Map<String, String> environment) {
        String named = valueOf(environment, "NETRC");
        if (named != null) {
            return Path.of(named);
        }
        String home = valueOf(environment, "HOME");
        if (home == null) {
            home = valueOf(environment, "USERPROFILE");
        }
        return home == null ? null : Path.of(home, ".netrc");
    }

    private static @Nullable String valueOf(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isEmpty() ? null : value;
    }

    /// Returns a coroutine that reads a file of at most 1 MiB, in UTF-8. Suspends the calling
    /// task.
    ///
    /// It fails with a [NetrcException] if the file can't be understood, and with a
    /// [java.nio.file.FileSystemException] if it can't be read.
    @CheckReturnValue
    public static Coroutine<Netrc> load(Path path) {
        return () ->
                NetrcReader.read(await(AsyncFiles.readString(path, MAX_BYTES)), path.toString());
    }

    /// Reads what is in such a file.
    ///
    /// @throws NetrcException if it can't be understood
    public static Netrc parse(String text) throws NetrcException {
        return NetrcReader.read(text, "the text");
    }

    /// Returns the login for a host; null if the file says nothing of it and has no default.
    ///
    /// The first entry of a host counts, in whatever case its name is. What an entry doesn't say
    /// is empty: the user, or the password.
    public @Nullable Login find(String host) {
        return find(host, null);
    }

    /// Returns the login for a host and a user, such as one that is in a URL: the entries of
    /// other users don't count, and in one without a name the password is that user's.
    ///
    /// @param user null for whatever user the file names
    public @Nullable Login find(String host, @Nullable String user) {
        String name = host.toLowerCase(Locale.ROOT);
        Login found = find(entry -> name.equals(entry.machine()), user);
        return found == null ? find(entry -> entry.machine() == null, user) : found;
    }

    private @Nullable Login find(Predicate<Entry> isMeant, @Nullable String user) {
        for (Entry entry : entries) {
            String named = entry.user();
            if (isMeant.test(entry) && (user == null || named == null || user.equals(named))) {
                return new Login(orEmpty(user == null ? named : user), orEmpty(entry.password()));
            }
        }
        return null;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }

    /// Returns how many entries there are, and nothing of them.
    @Override
    public String toString() {
        return "<Netrc entries=" + entries.size() + ">";
    }
}
