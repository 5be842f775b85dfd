package spindle.http.url;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import spindle.http.url.InvalidUrlException.Reason;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Our URLs and those of Node.js, which are those of a browser, must be the same.
///
/// Needs `node` on the path.
@Timeout(120)
class BrowserDifferentialTest {

    private static final int CASES = Integer.getInteger("spindle.url.cases", 8_000);

    /// Reads one case a line, `[text, base or null]`; writes `href host port`, or `invalid`.
    private static final String SCRIPT = """
            const lines = require('fs').readFileSync(0, 'latin1').trim().split('\\n');
            const answers = lines.map(line => {
                const [text, base] = JSON.parse(line);
                try {
                    const url = base === null ? new URL(text) : new URL(text, base);
                    return [url.href, url.hostname, url.port].join(' ');
                } catch {
                    return 'invalid';
                }
            });
            require('fs').writeFileSync(1, answers.join('\\n'));
            """;

    /// Scheme, slashes, host, and the rest.
    private static final Pattern REFERENCE = Pattern.compile(
            "(?is)(https?:)?([/\\\\]*)(?:[^/\\\\?#]*@)?([^/\\\\?#:]*).*");

    private record Case(String text, @Nullable String base) {

        String json() {
            return "[" + quote(text) + "," + (base == null ? "null" : quote(base)) + "]";
        }

        private static String quote(String text) {
            var json = new StringBuilder("\"");
            text.chars().forEach(c -> json.append(String.format("\\u%04x", c)));
            return json.append('"').toString();
        }

        String ours() {
            try {
                return (base == null ? Url.parse(text) : Url.parse(base).resolve(text)).text();
            } catch (InvalidUrlException failure) {
                return "refused " + failure.reason();
            }
        }
    }

    @TempDir
    Path directory;

    @Test
    void agreesWithABrowser() throws Exception {
        List<Case> cases = cases();

        List<String> answers = askNode(cases);

        Map<String, Integer> outcomes = new HashMap<>();
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < cases.size(); i++) {
            Case one = cases.get(i);
            String ours = one.ours();
            String expected = expected(one, answers.get(i), ours);
            if (!ours.equals(expected)) {
                differences.add(one.json() + " " + one + "\n  " + ours + "\n  " + answers.get(i));
            }
            outcomes.merge(ours.split("[: ]", 2)[0], 1, Integer::sum);
        }
        assertThat(differences).isEmpty();
        assertThat(outcomes).as("both kinds of outcome are reached").hasSize(3);
        assertThat(outcomes.get("http")).isGreaterThan(CASES / 10);
        assertThat(outcomes.get("refused")).isGreaterThan(CASES / 10);
    }

    private static List<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (int seed = 0; seed < CASES; seed++) {
            var urls = new RandomUrls(seed);
            String url = urls.url();
            cases.add(new Case(url, null));
            if (!new Case(url, null).ours().startsWith("refused")) {
                cases.add(new Case(urls.reference(), url));
            }
        }
        return cases;
    }

    private List<String> askNode(List<Case> cases) throws IOException, InterruptedException {
        Path questions = directory.resolve("questions");
        Path answers = directory.resolve("answers");
        Files.write(questions, cases.stream().map(Case::json).toList());
        Process node;
        try {
            node = new ProcessBuilder("node", "-e", SCRIPT)
                    .redirectInput(questions.toFile())
                    .redirectOutput(answers.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException absent) {
            return abort("node is not on the path: " + absent.getMessage());
        }
        assertThat(node.waitFor(60, TimeUnit.SECONDS)).as("node has answered").isTrue();
        List<String> lines = Files.readAllLines(answers);
        assertThat(lines).hasSameSizeAs(cases);
        return lines;
    }

    // --- Where we differ ---

    /// Returns what we should have said, given what a browser says.
    private static String expected(Case one, String answer, String ours) {
        if (answer.equals("invalid")) {
            return ours.startsWith("refused") ? ours : "refused";
        }
        String[] parts = answer.split(" ", -1);
        String href = parts[0];
        if (holdsLineBreak(one.text())) {
            return "refused " + Reason.SYNTAX;
        }
        if (!href.startsWith("http:") && !href.startsWith("https:")) {
            return "refused " + Reason.SCHEME;
        }
        if (isOddIpv4(one, parts[1])) {
            return "refused " + Reason.HOST;
        }
        if (isPunycode(parts[1]) && ours.equals("refused " + Reason.HOST)) {
            return ours;
        }
        return parts[2].equals("0") ? "refused " + Reason.PORT : repaired(one, href);
    }

    /// They drop line breaks; we drop them around a URL only.
    private static boolean holdsLineBreak(String text) {
        return stripped(text).chars().anyMatch(c -> "\r\n\t\0".indexOf(c) >= 0);
    }

    private static String stripped(String text) {
        return text.replaceAll("^[\\x00-\\x20]+|[\\x00-\\x20]+$", "");
    }

    /// They make an IPv4 address of whatever ends in a number; we want it written as one.
    private static boolean isOddIpv4(Case one, String host) {
        if (!host.matches("[0-9.]+") || !Ipv4Address.endsInNumber(host)) {
            return false;
        }
        Matcher text = REFERENCE.matcher(stripped(one.text()));
        assertThat(text.matches()).isTrue();
        String scheme = text.group(1) == null ? "" : text.group(1);
        boolean sameScheme = one.base() != null
                && Url.parse(one.base()).text().startsWith(scheme.toLowerCase(Locale.ROOT));
        if (sameScheme && text.group(2).length() < 2) {
            return false; // The host is that of the base, which is one of ours.
        }
        return !text.group(3).equals(host);
    }

    /// They let pass names in punycode that UTS 46 refuses since its revision 33 (of which nothing
    /// but ASCII comes, or punycode again), but not every Node.js is as new as that.
    private static boolean isPunycode(String host) {
        return host.matches("(.*\\.)?xn--.*");
    }

    /// Repairs what is known to be wrong in the answers of some Node.js: a circumflex in a path,
    /// not encoded (as the standard had it until 2024); dot segments after a segment that begins
    /// with a dot; a lost `?` before an empty query of the base.
    private static String repaired(Case one, String href) {
        boolean emptyQuery = one.base() != null && "".equals(Url.parse(one.base()).query());
        String whole = emptyQuery && one.text().strip().matches("(?is)(https?:)?(#.*)?")
                ? href.replaceFirst("(?s)\\??(#.*)?$", "?$1")
                : href;
        int end = whole.split("[?#]", 2)[0].length();
        String path = whole.substring(0, end).replace("^", "%5E");
        return (path.matches(".*/\\.{1,2}(/.*)?") ? Url.parse(path).text() : path)
                + whole.substring(end);
    }
}
