package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.http.wire.FieldLines;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// The header fields of a message: in the order and spelling in which they were sent, found
/// without regard to case.
///
/// Immutable. A name may occur more than once; nothing is merged.
public final class Headers {
    private final FieldLines lines;

    Headers(FieldLines lines) {
        this.lines = lines;
    }

    /// Returns the value of the first field with that name.
    public Optional<String> first(String name) {
        return Optional.ofNullable(firstOrNull(name));
    }

    @Nullable
    String firstOrNull(String name) {
        int index = lines.indexOf(name, 0);
        return index < 0 ? null : lines.value(index);
    }

    /// Returns the values of all fields with that name, in the order in which they were sent.
    public List<String> all(String name) {
        List<String> values = new ArrayList<>();
        for (int index = lines.indexOf(name, 0);
                index >= 0;
                index = lines.indexOf(name, index + 1)) {
            values.add(lines.value(index));
        }
        return values;
    }

    /// Returns whether there is a field with that name.
    public boolean contains(String name) {
        return lines.indexOf(name, 0) >= 0;
    }

    /// Returns how many fields there are.
    public int size() {
        return lines.count();
    }

    /// Returns the fields as a map from name, as it was first spelled, to values, in the order
    /// in which they were sent.
    public Map<String, List<String>> toMap() {
        Map<String, String> spelling = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        Map<String, List<String>> map = new LinkedHashMap<>();
        for (int i = 0; i < lines.count(); i++) {
            String name = spelling.computeIfAbsent(lines.name(i), spelled -> spelled);
            map.computeIfAbsent(name, _ -> new ArrayList<>()).add(lines.value(i));
        }
        return map;
    }

    /// Returns the names; values may be secrets.
    @Override
    public String toString() {
        return lines.toString();
    }
}
