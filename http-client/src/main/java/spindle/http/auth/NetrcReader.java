package spindle.http.auth;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// Reads a `.netrc` file, word by word.
final class NetrcReader {
    // fixed at construction
    private final String text;
    private final String source;
    private final List<Netrc.Entry> entries = new ArrayList<>();

    // changes while running
    private int at;
    private int line = 1;
    private boolean hasEntry;
    private @Nullable String machine; // Of the entry; null for the default one.
    private @Nullable String user;
    private @Nullable String password;

    private NetrcReader(String text, String source) {
        this.text = text;
        this.source = source;
        this.at = text.startsWith("\ufeff") ? 1 : 0; // What some editors begin a file with.
    }

    /// @param source what the text is, for messages
    static Netrc read(String text, String source) throws NetrcException {
        return new NetrcReader(text, source).read();
    }

    private Netrc read() throws NetrcException {
        while (skipBlanks()) {
            if (text.charAt(at) == '#') {
                skipLine();
            } else {
                readEntryPart();
            }
        }
        endEntry();
        return new Netrc(entries);
    }

    private void readEntryPart() throws NetrcException {
        int start = line;
        String keyword = readWord();
        switch (keyword) {
            case "machine" -> beginEntry(readValue(keyword, start).toLowerCase(Locale.ROOT));
            case "default" -> beginEntry(null);
            case "login" -> {
                requireEntry(keyword, start);
                user = readValue(keyword, start);
            }
            case "password" -> {
                requireEntry(keyword, start);
                password = readValue(keyword, start);
            }
            case "account" -> {
                requireEntry(keyword, start);
                readValue(keyword, start);
            }
            case "macdef" -> {
                readValue(keyword, start);
                skipMacro();
            }
            default ->
                throw failure(
                        start,
                        "expected one of the words machine, default, login, password, "
                                + "account and macdef but found another, perhaps since a password has a "
                                + "blank and no quotation marks");
        }
    }

    private void beginEntry(@Nullable String name) {
        endEntry();
        hasEntry = true;
        machine = name;
        user = null;
        password = null;
    }

    private void endEntry() {
        if (hasEntry) {
            entries.add(new Netrc.Entry(machine, user, password));
        }
    }

    private void requireEntry(String keyword, int start) throws NetrcException {
        if (!hasEntry) {
            throw failure(start, "expected machine or default before " + keyword);
        }
    }

    private String readValue(String keyword, int start) throws NetrcException {
        if (!skipBlanks()) {
            throw failure(start, "expected a value after " + keyword + " but found the end");
        }
        return readWord();
    }

    /// Skips what separates words; says whether there is another one.
    private boolean skipBlanks() {
        while (at < text.length() && isBlank(text.charAt(at))) {
            take();
        }
        return at < text.length();
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t' || c == '\n' || c == '\r';
    }

    private char take() {
        char c = text.charAt(at++);
        if (c == '\n') {
            line++;
        }
        return c;
    }

    private String readWord() throws NetrcException {
        if (text.charAt(at) == '"') {
            return readQuoted();
        }
        int start = at;
        while (at < text.length() && !isBlank(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private String readQuoted() throws NetrcException {
        int start = line;
        var word = new StringBuilder();
        at++;
        while (at < text.length() && text.charAt(at) != '"') {
            char c = take();
            word.append(c == '\\' && at < text.length() ? unescape(take()) : c);
        }
        if (at == text.length()) {
            throw failure(start, "expected a closing quotation mark but found the end");
        }
        at++;
        return word.toString();
    }

    private static char unescape(char c) {
        return switch (c) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> c;
        };
    }

    /// Skips the rest of the line, its end included; says whether there was anything on it.
    private boolean skipLine() {
        boolean isEmpty = true;
        while (at < text.length()) {
            char c = take();
            if (c == '\n') {
                break;
            }
            isEmpty &= c == '\r';
        }
        return !isEmpty;
    }

    /// A macro is of no use here. It ends at an empty line, or with the file.
    private void skipMacro() {
        skipLine();
        while (at < text.length() && skipLine()) {
            // Line by line.
        }
    }

    private NetrcException failure(int at, String problem) {
        return new NetrcException(source, at, problem);
    }
}
