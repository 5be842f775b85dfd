package spindle.http.wire;

import org.jspecify.annotations.Nullable;

import spindle.http.wire.WireException.Kind;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The same language read a second time, by other means: all bytes at once, as a string, with
/// regular expressions from the grammar of RFC 9112 and no thought of speed. It shares
/// nothing with the parser but the types of what it reports.
public final class ReferenceParser {

    private static final String TEXT = "[\\t\\x20-\\x7e\\x80-\\xff]";
    private static final String VISIBLE = "[\\x21-\\x7e\\x80-\\xff]";

    private static final Pattern STATUS_LINE =
            Pattern.compile("HTTP/1\\.([0-9]) ([1-9][0-9][0-9])(?: (" + TEXT + "*))?");
    private static final Pattern FIELD_LINE =
            Pattern.compile("([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \\t]*(" + "(?:" + VISIBLE + "(?:"
                    + TEXT + "*" + VISIBLE + ")?)?)[ \\t]*");
    private static final Pattern CHUNK_LINE =
            Pattern.compile("([0-9A-Fa-f]{1,16})(?:;" + TEXT + "*)?\\r\\n");
    private static final Pattern CHUNK_LINE_BEGUN =
            Pattern.compile("(?:[0-9A-Fa-f]{1,16}(?:;" + TEXT + "*)?\\r?)?");
    private static final Pattern FIRST_DIGITS = Pattern.compile("[0-9A-Fa-f]{0,16}");

    private static final BigInteger LARGEST = BigInteger.valueOf(Long.MAX_VALUE);

    private final ResponseKind kind;
    private String rest;
    private final StringBuilder seen = new StringBuilder();

    private ReferenceParser(ResponseKind kind, String raw) {
        this.kind = kind;
        this.rest = raw;
    }

    /// Returns what [Playback] is to report of these bytes and a close; of a failure, its
    /// kind.
    public static String outcome(ResponseKind kind, String raw) {
        var parser = new ReferenceParser(kind, raw);
        try {
            parser.response();
            return parser.seen.toString();
        } catch (Refused e) {
            return e.kind.toString();
        }
    }

    private void response() {
        for (int interim = 0; ; interim++) {
            check(!rest.isEmpty() || interim > 0, Kind.DISCONNECTED);
            check(interim <= WireLimits.DEFAULT.maxInterimResponses(), Kind.LIMIT);
            String start = rest.substring(0, Math.min(5, rest.length()));
            check("HTTP/".startsWith(start), Kind.MALFORMED);
            check(start.length() == 5, Kind.TRUNCATED);
            Matcher line = STATUS_LINE.matcher(line());
            check(line.matches(), Kind.MALFORMED);
            int status = Integer.parseInt(line.group(2));
            List<String[]> fields = fields();
            boolean upgraded = status == 101 && kind == ResponseKind.TO_UPGRADE;
            check(status != 101 || upgraded, Kind.MALFORMED);
            if (status >= 200 || upgraded) {
                finalResponse(line.group(1).equals("0"), status, line.group(3), fields);
                return;
            }
            seen.append(status)
                    .append(fields.isEmpty() ? "" : " " + show(fields))
                    .append(" | ");
        }
    }

    private String line() {
        int end = rest.indexOf('\n');
        check(end >= 0, Kind.TRUNCATED);
        String line = rest.substring(0, end);
        check(line.endsWith("\r"), Kind.MALFORMED);
        rest = rest.substring(end + 1);
        return line.substring(0, end - 1);
    }

    private List<String[]> fields() {
        var fields = new ArrayList<String[]>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            check(fields.size() < WireLimits.DEFAULT.maxFields(), Kind.LIMIT);
            Matcher field = FIELD_LINE.matcher(line);
            check(field.matches(), Kind.MALFORMED);
            fields.add(new String[] {field.group(1), field.group(2)});
        }
        return fields;
    }

    private void finalResponse(
            boolean old, int status, @Nullable String reason, List<String[]> fields) {
        List<String> encodings = values(fields, "transfer-encoding");
        List<String> lengths = values(fields, "content-length");
        boolean none = kind == ResponseKind.TO_HEAD || status == 204 || status == 304;
        String framing = "until close";
        if (status == 101 || (kind == ResponseKind.TO_CONNECT && status / 100 == 2)) {
            framing = "tunnel";
        } else if (none) {
            framing = "no body";
        } else if (!encodings.isEmpty()) {
            check(!old && lengths.isEmpty(), Kind.MALFORMED);
            check(encodings.size() == 1, Kind.MALFORMED);
            check(encodings.getFirst().toLowerCase(Locale.ROOT).equals("chunked"), Kind.MALFORMED);
            framing = "chunked";
        } else if (!lengths.isEmpty()) {
            check(lengths.size() == 1, Kind.MALFORMED);
            check(lengths.getFirst().matches("[0-9]{1,18}"), Kind.MALFORMED);
            framing = "length " + Long.parseLong(lengths.getFirst());
        }
        List<String> options = values(fields, "connection").stream()
                .flatMap(value -> Pattern.compile(",").splitAsStream(value))
                .map(option -> option.trim().toLowerCase(Locale.ROOT))
                .toList();
        boolean impossible = status == 204
                && (!encodings.isEmpty() || !(lengths.isEmpty() || lengths.equals(List.of("0"))));
        boolean legal = encodings.isEmpty()
                ? lengths.isEmpty()
                        || (lengths.size() == 1 && lengths.getFirst().matches("[0-9]{1,18}"))
                : encodings.stream().map(String::toLowerCase).toList().equals(List.of("chunked"))
                        && lengths.isEmpty()
                        && !old;
        boolean keepAlive = !options.contains("close")
                && (!old || options.contains("keep-alive"))
                && !framing.equals("until close")
                && !framing.equals("tunnel")
                && !impossible
                && legal;
        seen.append(old ? "HTTP/1.0 " : "HTTP/1.1 ").append(status);
        seen.append(reason == null || reason.isEmpty() ? "" : " " + reason);
        seen.append(fields.isEmpty() ? "" : " | " + show(fields)).append(" | ").append(framing);
        seen.append(keepAlive ? " | keep-alive" : " | close");
        body(framing);
    }

    private void body(String framing) {
        List<String[]> trailers = List.of();
        String body = "";
        if (framing.equals("chunked")) {
            body = chunks();
            trailers = fields();
        } else if (framing.equals("until close")) {
            body = take(BigInteger.valueOf(rest.length()));
        } else if (framing.startsWith("length ")) {
            body = take(new BigInteger(framing.substring(7)));
        }
        seen.append(body.isEmpty() ? "" : " | " + Playback.escape(body));
        seen.append(trailers.isEmpty() ? "" : " | trailers " + show(trailers));
        seen.append(rest.isEmpty() ? "" : " | leftover " + Playback.escape(rest));
    }

    private String chunks() {
        var body = new StringBuilder();
        while (true) {
            Matcher digits = FIRST_DIGITS.matcher(rest);
            check(digits.lookingAt(), Kind.MALFORMED);
            BigInteger size =
                    digits.end() == 0 ? BigInteger.ZERO : new BigInteger(digits.group(), 16);
            check(size.compareTo(LARGEST) <= 0, Kind.MALFORMED);
            Matcher line = CHUNK_LINE.matcher(rest);
            if (!line.lookingAt()) {
                boolean begun = CHUNK_LINE_BEGUN.matcher(rest).matches();
                throw new Refused(begun ? Kind.TRUNCATED : Kind.MALFORMED);
            }
            rest = rest.substring(line.end());
            if (size.signum() == 0) {
                return body.toString();
            }
            body.append(take(size));
            check(!rest.isEmpty(), Kind.TRUNCATED);
            check("\r\n".startsWith(rest.substring(0, Math.min(2, rest.length()))), Kind.MALFORMED);
            check(rest.length() >= 2, Kind.TRUNCATED);
            rest = rest.substring(2);
        }
    }

    private String take(BigInteger size) {
        check(size.compareTo(BigInteger.valueOf(rest.length())) <= 0, Kind.TRUNCATED);
        String taken = rest.substring(0, size.intValueExact());
        rest = rest.substring(taken.length());
        return taken;
    }

    private static List<String> values(List<String[]> fields, String name) {
        return fields.stream()
                .filter(field -> field[0].equalsIgnoreCase(name))
                .map(field -> field[1])
                .toList();
    }

    private static String show(List<String[]> fields) {
        return String.join(
                "; ", fields.stream().map(field -> field[0] + ": " + field[1]).toList());
    }

    private static void check(boolean condition, Kind otherwise) {
        if (!condition) {
            throw new Refused(otherwise);
        }
    }

    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final Kind kind;

        Refused(Kind kind) {
            super(kind.toString(), null, false, false);
            this.kind = kind;
        }
    }
}
