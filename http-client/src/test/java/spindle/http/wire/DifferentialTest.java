package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.http.wire.WireException.Kind;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// Two parsers that were written apart must agree on every message, above all on the wrong
/// ones.
@Timeout(120)
class DifferentialTest {

    private static final int MUTATIONS = 60_000;

    /// What breaks parsers when it turns up in the wrong place.
    private static final String[] BREAKERS = {
        "\r",
        "\n",
        "\r\n",
        "\r\n\r\n",
        " ",
        "\t",
        ":",
        ";",
        ",",
        "\0",
        "\u007f",
        "\u00ff",
        "0",
        "1",
        "5",
        "9",
        "a",
        "F",
        "-",
        "+",
        "_",
        "x",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.0 ",
        "HTTP/1.1 103 A\r\n\r\n",
        " 204 ",
        "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n",
        "Connection: close\r\n",
        "Connection: keep-alive\r\n",
        "A: b\r\n",
        "5\r\nhello\r\n",
        "0\r\n",
        "0\r\n\r\n",
        "chunked",
        ";a=b"
    };

    private final List<Exchange> valid = small(Exchanges.valid());
    private final List<Exchange> all = small(Exchanges.all());

    @Test
    void parserAgreesWithTheReferenceOnEveryRow() {
        for (Exchange exchange : all) {
            assertThat(withoutMessage(Playback.whole(exchange)))
                    .as(exchange.name())
                    .isEqualTo(ReferenceParser.outcome(exchange.kind(), exchange.raw()));
        }
    }

    @Test
    void parserAgreesWithTheReferenceOnMutations() {
        Map<String, Integer> kinds = new HashMap<>();
        for (int seed = 0; seed < MUTATIONS; seed++) {
            var random = new Random(seed);
            Exchange exchange = mutation(random);
            String whole = Playback.whole(exchange);

            assertThat(withoutMessage(whole))
                    .as("seed %d: %s", seed, Playback.escape(exchange.raw()))
                    .isEqualTo(ReferenceParser.outcome(exchange.kind(), exchange.raw()));
            assertThat(Playback.play(exchange, exchange.bytes(), _ -> 1 + random.nextInt(9), true))
                    .as("cut at random, seed %d: %s", seed, Playback.escape(exchange.raw()))
                    .isEqualTo(whole);
            kinds.merge(withoutMessage(whole).split(" ", 2)[0], 1, Integer::sum);
        }
        assertThat(kinds)
                .as("mutations reach every kind of outcome")
                .hasSizeGreaterThanOrEqualTo(5);
        assertThat(kinds.get("HTTP/1.1")).isGreaterThan(MUTATIONS / 10);
    }

    /// Leaves out what a limit of bytes refuses, since the reference knows none.
    private static List<Exchange> small(List<Exchange> exchanges) {
        return exchanges.stream()
                .filter(exchange -> exchange.raw().length() < 1000)
                .toList();
    }

    private static String withoutMessage(String outcome) {
        for (Kind kind : Kind.values()) {
            if (outcome.contains(kind + ": ")) {
                return kind.toString();
            }
        }
        return outcome;
    }

    private Exchange mutation(Random random) {
        List<Exchange> origins = random.nextInt(4) == 0 ? all : valid;
        Exchange origin = origins.get(random.nextInt(origins.size()));
        var raw = new StringBuilder(origin.raw());
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            mutate(raw, random);
        }
        return new Exchange("mutation", origin.kind(), origin.limits(), raw.toString(), "");
    }

    private void mutate(StringBuilder raw, Random random) {
        int from = random.nextInt(raw.length() + 1);
        int to = Math.min(raw.length(), from + 1 + random.nextInt(random.nextInt(4) == 0 ? 30 : 3));
        String breaker = BREAKERS[random.nextInt(BREAKERS.length)];
        switch (random.nextInt(7)) {
            case 0 -> raw.insert(from, breaker);
            case 1 -> raw.replace(from, to, breaker);
            case 2 -> raw.delete(from, to);
            case 3 -> raw.insert(from, raw.substring(from, to));
            case 4 -> raw.insert(from, (char) random.nextInt(256));
            case 5 -> raw.setLength(from);
            default -> {
                byte[] other = all.get(random.nextInt(all.size())).bytes();
                int cut = random.nextInt(other.length + 1);
                raw.setLength(from);
                raw.append(new String(other, cut, other.length - cut, StandardCharsets.ISO_8859_1));
            }
        }
    }
}
