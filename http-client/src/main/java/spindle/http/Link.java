package spindle.http;

import spindle.http.url.InvalidUrlException;
import spindle.http.url.Url;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/// A link that a response's header has (RFC 8288), such as the one to the next page.
///
/// @param url where it leads
/// @param relations what it leads to, in lower case, such as `next`
/// @param parameters all that is said about it, by name in lower case
public record Link(Url url, List<String> relations, Map<String, String> parameters) {
    private static final Pattern WORD = Pattern.compile("\\S+");

    /// Returns whether it leads to that, such as `next`.
    public boolean is(String relation) {
        return relations.contains(relation.toLowerCase(Locale.ROOT));
    }

    /// Reads the values of the field `Link`. What makes no sense, or leads elsewhere than to HTTP,
    /// is left out.
    static List<Link> parse(List<String> values, Url base) {
        List<Link> links = new ArrayList<>();
        for (String value : values) {
            int at = value.indexOf('<');
            while (at >= 0) {
                int end = value.indexOf('>', at);
                if (end < 0) {
                    break;
                }
                FieldParameters.Parsed parsed = FieldParameters.parse(value, end + 1);
                add(value.substring(at + 1, end), parsed.parameters(), base, links);
                at = value.indexOf('<', parsed.end());
            }
        }
        return links;
    }

    private static void add(
            String target, Map<String, String> parameters, Url base, List<Link> links) {
        try {
            List<String> relations = WORD.matcher(
                            parameters.getOrDefault("rel", "").toLowerCase(Locale.ROOT))
                    .results()
                    .map(MatchResult::group)
                    .toList();
            links.add(new Link(base.resolveField(target), relations, Map.copyOf(parameters)));
        } catch (InvalidUrlException leadsElsewhere) {
            return;
        }
    }
}
