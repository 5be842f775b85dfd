package spindle.http.wire;

import java.util.Arrays;
import java.util.Objects;

/// The field lines of a message: names as they were sent, in the order in which they were
/// sent.
///
/// Immutable, and legal by construction: every name is a token and no value holds a control
/// character, so whatever is in here can be written to the wire without a further check.
///
/// Compact rather than quick to search: all lines share one string, and a name or a value
/// becomes a string of its own only when somebody asks for it.
public final class FieldLines {

    public static final FieldLines EMPTY = new FieldLines("", new int[0]);

    /// How many bounds a field has: where its name starts and ends, where its value starts
    /// and ends.
    static final int BOUNDS = 4;

    // The lines as they stand on the wire, each with its CRLF.
    private final String text;
    private final int[] bounds;

    /// Takes lines that were checked, and keeps the array.
    FieldLines(String text, int[] bounds) {
        this.text = text;
        this.bounds = bounds;
    }

    /// Makes field lines of names and values that alternate: `of("Host", "example.org",
    /// "Accept", "text/html")`.
    ///
    /// @throws IllegalArgumentException if one of them may not be sent
    public static FieldLines of(String... namesAndValues) {
        if (namesAndValues.length % 2 != 0) {
            throw new IllegalArgumentException(
                    "expected names and values in turn but the last name has no value");
        }
        var builder = builder();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            builder.add(namesAndValues[i], namesAndValues[i + 1]);
        }
        return builder.build();
    }

    public static Builder builder() {
        return new Builder();
    }

    public int count() {
        return bounds.length / BOUNDS;
    }

    public String name(int index) {
        int at = Objects.checkIndex(index, count()) * BOUNDS;
        return text.substring(bounds[at], bounds[at + 1]);
    }

    /// Returns the value without the blanks around it.
    public String value(int index) {
        return text.substring(valueStart(index), valueEnd(index));
    }

    /// Returns the index of the next field of this name, in whatever case, or -1.
    ///
    /// @param from where to start; one more than the last find goes on to the next field of
    ///     the same name
    public int indexOf(String name, int from) {
        for (int i = from; i < count(); i++) {
            int start = bounds[i * BOUNDS];
            int end = bounds[i * BOUNDS + 1];
            if (end - start == name.length()
                    && text.regionMatches(true, start, name, 0, name.length())
                    && isAscii(name)) {
                return i;
            }
        }
        return -1;
    }

    /// Some letters beyond ASCII, such as the Turkish ones, are said to be the same as one of it
    /// without regard to case. No name has them.
    private static boolean isAscii(String name) {
        for (int i = 0; i < name.length(); i++) {
            if (name.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    // --- For the rest of the package, which reads values without making strings of them ---

    String text() {
        return text;
    }

    int valueStart(int index) {
        return bounds[Objects.checkIndex(index, count()) * BOUNDS + 2];
    }

    int valueEnd(int index) {
        return bounds[Objects.checkIndex(index, count()) * BOUNDS + 3];
    }

    /// Two are equal if they would stand on the wire alike: the case of names counts, blanks
    /// around values too.
    @Override
    public boolean equals(Object other) {
        return other instanceof FieldLines that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /// Returns the names alone, since a value may be a secret.
    @Override
    public String toString() {
        var names = new String[count()];
        Arrays.setAll(names, this::name);
        return "<FieldLines " + String.join(", ", names) + ">";
    }

    /// Collects fields that are to be sent, and refuses what would break out of its line.
    public static final class Builder {

        private final StringBuilder text = new StringBuilder(256);
        private int[] bounds = new int[8 * BOUNDS];
        private int count;

        private Builder() {}

        /// Adds a field; blanks around the value are dropped, since they aren't part of it
        /// (RFC 9110 section 5.5).
        ///
        /// @throws IllegalArgumentException if the name is no token, or the value has a
        ///     control character or one beyond Latin-1; the message never quotes the value
        public Builder add(String name, String value) {
            Grammar.requireToken("the name of a field", name);
            requireValue(name, value);
            int start = 0;
            int end = value.length();
            while (start < end && Grammar.isBlank(value.charAt(start))) {
                start++;
            }
            while (start < end && Grammar.isBlank(value.charAt(end - 1))) {
                end--;
            }
            int nameStart = text.length();
            int nameEnd = nameStart + name.length();
            int valueStart = nameEnd + 2;
            text.append(name).append(": ").append(value, start, end).append("\r\n");
            addBounds(nameStart, nameEnd, valueStart, valueStart + end - start);
            return this;
        }

        private static void requireValue(String name, String value) {
            for (int i = 0; i < value.length(); i++) {
                if (!Grammar.isFieldText(value.charAt(i))) {
                    throw new IllegalArgumentException("the value of the field "
                            + Grammar.quote(name)
                            + " must be Latin-1 without control characters but has the character "
                            + Grammar.code(value.charAt(i))
                            + " at index "
                            + i);
                }
            }
        }

        /// Adds all of them, which need no check.
        public Builder addAll(FieldLines fields) {
            int shift = text.length();
            text.append(fields.text);
            for (int i = 0; i < fields.bounds.length; i += BOUNDS) {
                addBounds(
                        shift + fields.bounds[i],
                        shift + fields.bounds[i + 1],
                        shift + fields.bounds[i + 2],
                        shift + fields.bounds[i + 3]);
            }
            return this;
        }

        private void addBounds(int nameStart, int nameEnd, int valueStart, int valueEnd) {
            int at = count++ * BOUNDS;
            if (at == bounds.length) {
                bounds = Arrays.copyOf(bounds, 2 * at);
            }
            bounds[at] = nameStart;
            bounds[at + 1] = nameEnd;
            bounds[at + 2] = valueStart;
            bounds[at + 3] = valueEnd;
        }

        public FieldLines build() {
            return count == 0
                    ? EMPTY
                    : new FieldLines(text.toString(), Arrays.copyOf(bounds, count * BOUNDS));
        }
    }
}
