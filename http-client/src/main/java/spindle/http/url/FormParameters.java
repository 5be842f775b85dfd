package spindle.http.url;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Names and values in a query: `application/x-www-form-urlencoded` (URL standard, section 5).
final class FormParameters {

    private FormParameters() {}

    static List<Map.Entry<String, String>> parse(String query) {
        List<Map.Entry<String, String>> parameters = new ArrayList<>();
        for (int from = 0; from <= query.length(); ) {
            int ampersand = query.indexOf('&', from);
            int to = ampersand < 0 ? query.length() : ampersand;
            if (to > from) {
                int equals = query.indexOf('=', from, to);
                int nameEnd = equals < 0 ? to : equals;
                parameters.add(Map.entry(
                        decode(query.substring(from, nameEnd)),
                        decode(query.substring(Math.min(nameEnd + 1, to), to))));
            }
            from = to + 1;
        }
        return List.copyOf(parameters);
    }

    private static String decode(String text) {
        return PercentEncoding.decode(text.replace('+', ' '));
    }

    static void append(String name, String value, StringBuilder query) {
        if (!query.isEmpty()) {
            query.append('&');
        }
        query.append(encode(name)).append('=').append(encode(value));
    }

    private static String encode(String text) {
        // A plus sign is encoded, so each one that is there stands for a blank.
        return PercentEncoding.encode(text, EncodeSet.FORM).replace("%20", "+");
    }
}
