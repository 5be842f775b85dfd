package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.wire.FieldLines;

import java.util.AbstractMap.SimpleImmutableEntry;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/// The header fields of a message: in the order and spelling in which they are sent, found
/// without regard to case.
///
/// Immutable. A name may occur more than once; nothing is merged. Legal by construction: no name
/// or value can break out of its line (RFC 9110 section 5.5).
///
/// ```java
/// Headers headers = Headers.of("Accept", "text/html").with("X-Trace", "1").plus("X-Trace", "2");
/// ```
public final class Headers implements Iterable<Map.Entry<String, String>> {
    private static final Headers EMPTY = new Headers(FieldLines.EMPTY);

    private final FieldLines lines;

    Headers(FieldLines lines) {
        this.lines = lines;
    }

    /// Returns no fields.
    public static Headers empty() {
        return EMPTY;
    }

    /// Returns fields of names and values that alternate: `of("Accept", "text/html", "DNT", "1")`.
    ///
    /// @throws IllegalArgumentException if one of them may not be sent; the message does not
    ///     quote values, which may be secrets
    public static Headers of(String... namesAndValues) {
        return new Headers(FieldLines.of(namesAndValues));
    }

    // --- Asking ---

    /// Returns the value of the first field with that name.
    public Optional<String> first(String name) {
        return Optional.ofNullable(firstOrNull(name));
    }

    @Nullable
    String firstOrNull(String name) {
        int index = lines.indexOf(name, 0);
        return index < 0 ? null : lines.value(index);
    }

    /// Returns the values of all fields with that name, in the order in which they are sent.
    public List<String> all(String name) {
        int index = lines.indexOf(name, 0);
        if (index < 0) {
            return List.of();
        }
        List<String> values = new ArrayList<>();
        for (; index >= 0; index = lines.indexOf(name, index + 1)) {
            values.add(lines.value(index));
        }
        return values;
    }

    /// Returns the members of a field that is a list (RFC 9110 section 5.6.1): those of all
    /// fields with that name, split at commas, without blanks and empty members. Not for fields
    /// whose members may hold commas, such as dates.
    public List<String> members(String name) {
        List<String> members = new ArrayList<>();
        for (String value : all(name)) {
            for (String member : value.split(",", -1)) {
                if (!member.isBlank()) {
                    members.add(member.strip());
                }
            }
        }
        return members;
    }

    /// Returns whether there is a field with that name.
    public boolean contains(String name) {
        return lines.indexOf(name, 0) >= 0;
    }

    /// Returns how many fields there are.
    public int size() {
        return lines.count();
    }

    /// Returns the fields, names and values, in the order in which they are sent.
    @Override
    public Iterator<Map.Entry<String, String>> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < lines.count();
            }

            @Override
            public Map.Entry<String, String> next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("there are no more fields");
                }
                int index = next++;
                return new SimpleImmutableEntry<>(lines.name(index), lines.value(index));
            }
        };
    }

    /// Returns the fields as a map from name, as it was first spelled, to values, in the order
    /// in which they are sent.
    public Map<String, List<String>> toMap() {
        Map<String, String> spelling = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < lines.count(); i++) {
            String name = spelling.computeIfAbsent(lines.name(i), spelled -> spelled);
            map.computeIfAbsent(name, _ -> new ArrayList<>()).add(lines.value(i));
        }
        return map;
    }

    // --- Deriving ---

    /// Returns these with one field of that name, whatever there was before.
    ///
    /// @throws IllegalArgumentException if it may not be sent
    public Headers with(String name, String value) {
        return without(name).plus(name, value);
    }

    /// Returns these with one more field, also if there is one of that name.
    ///
    /// @throws IllegalArgumentException if it may not be sent
    public Headers plus(String name, String value) {
        return new Headers(FieldLines.builder().addAll(lines).add(name, value).build());
    }

    /// Returns these without the fields of that name.
    public Headers without(String name) {
        return contains(name) ? filtered(field -> !field.equalsIgnoreCase(name)) : this;
    }

    /// Returns these, but with those of `others` in place of any of the same name.
    public Headers overriddenBy(Headers others) {
        if (others.size() == 0) {
            return this;
        }
        if (size() == 0) {
            return others;
        }
        Headers kept = filtered(name -> !others.contains(name));
        return new Headers(
                FieldLines.builder().addAll(kept.lines).addAll(others.lines).build());
    }

    private Headers filtered(Predicate<String> keeps) {
        FieldLines.Builder builder = FieldLines.builder();
        for (int i = 0; i < lines.count(); i++) {
            if (keeps.test(lines.name(i))) {
                builder.add(lines.name(i), lines.value(i));
            }
        }
        return new Headers(builder.build());
    }

    FieldLines lines() {
        return lines;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Headers that && lines.equals(that.lines);
    }

    @Override
    public int hashCode() {
        return lines.hashCode();
    }

    /// Returns the names; values may be secrets.
    @Override
    public String toString() {
        return lines.toString();
    }
}
