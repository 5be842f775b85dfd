package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Every row of the tables, cut in every way.
@Timeout(30)
class ExchangeTableTest {

    static List<Exchange> valid() {
        return Exchanges.valid();
    }

    static List<Exchange> malformed() {
        return Exchanges.malformed();
    }

    static List<Exchange> all() {
        return Exchanges.all();
    }

    @ParameterizedTest
    @MethodSource
    void valid(Exchange exchange) {
        assertThat(Playback.whole(exchange)).isEqualTo(exchange.outcome());
    }

    @ParameterizedTest
    @MethodSource
    void malformed(Exchange exchange) {
        String kind = exchange.outcome().substring(0, exchange.outcome().indexOf(':'));
        String message = exchange.outcome().substring(kind.length() + 2);

        String outcome = Playback.whole(exchange);

        assertThat(outcome).contains(kind + ": ").contains(message);
        assertThat(outcome).as("a secret").doesNotContain("secret");
    }

    @ParameterizedTest
    @MethodSource("all")
    void outcomeDoesNotDependOnHowTheBytesAreCut(Exchange exchange) {
        byte[] bytes = exchange.bytes();
        String whole = Playback.whole(exchange);

        for (boolean direct : new boolean[] {false, true}) {
            for (int pieces : new int[] {1, 2, 3, 7, Integer.MAX_VALUE}) {
                assertThat(Playback.play(exchange, bytes, _ -> pieces, direct))
                        .as("pieces of %d, direct: %b", pieces, direct)
                        .isEqualTo(whole);
            }
            for (int split = 1; split < Math.min(bytes.length, 2000); split++) {
                int first = split;
                assertThat(Playback.play(
                                exchange, bytes, at -> at == 0 ? first : bytes.length, direct))
                        .as("split at %d, direct: %b", split, direct)
                        .isEqualTo(whole);
            }
        }
        for (int seed = 0; seed < 10; seed++) {
            var random = new Random(seed);
            assertThat(Playback.play(exchange, bytes, _ -> 1 + random.nextInt(20), true))
                    .as("random pieces of seed %d", seed)
                    .isEqualTo(whole);
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void closeBeforeTheEndIsNeverSuccess(Exchange exchange) {
        byte[] bytes = exchange.bytes();

        for (int length = 0; length < endOf(exchange); length++) {
            String outcome = Playback.play(exchange, Arrays.copyOf(bytes, length), _ -> 7, false);

            if (length == 0) {
                assertThat(outcome).startsWith("DISCONNECTED: ");
            } else if (exchange.untilClose() && length >= exchange.headEnd()) {
                assertThat(outcome).as("close at %d", length).contains("| until close |");
            } else {
                assertThat(outcome).as("close at %d", length).contains("TRUNCATED: ");
            }
        }
    }

    /// Where the response ends and the leftover begins.
    private static int endOf(Exchange exchange) {
        int leftover = exchange.outcome().indexOf(" | leftover ");
        if (leftover < 0) {
            return exchange.raw().length();
        }
        String rest = exchange.outcome().substring(leftover + " | leftover ".length());
        return exchange.raw().length()
                - rest.replace("\\r", "\r").replace("\\n", "\n").length();
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void closeAnywhereInWhatIsMalformedEndsToo(Exchange exchange) {
        byte[] bytes = exchange.bytes();

        for (int length = 0; length < Math.min(bytes.length, 1000); length++) {
            String outcome = Playback.play(exchange, Arrays.copyOf(bytes, length), _ -> 5, false);

            assertThat(outcome)
                    .as("close at %d", length)
                    .containsAnyOf(
                            "DISCONNECTED: ",
                            "TRUNCATED: ",
                            "MALFORMED: ",
                            "LIMIT: ",
                            "| until close |");
        }
    }

    @ParameterizedTest
    @MethodSource("valid")
    void parserReadsTheNextResponseAfterAnyOther(Exchange exchange) {
        var probe = Exchange.valid("probe", Exchange.ok("Content-Length: 5") + "probe", "");
        var parser = new ResponseParser();

        Playback.play(parser, exchange, exchange.bytes(), _ -> 3, true);
        String outcome = Playback.play(parser, probe, probe.bytes(), _ -> 3, true);

        assertThat(outcome)
                .isEqualTo("HTTP/1.1 200 OK | Content-Length: 5 | length 5 | keep-alive | probe");
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void failedParserFailsForGood(Exchange exchange) {
        var parser = new ResponseParser();
        Playback.play(parser, exchange, exchange.bytes(), _ -> Integer.MAX_VALUE, false);

        Throwable first = catchThrowable(() -> parser.next(ByteBuffer.wrap(exchange.bytes())));
        Throwable second = catchThrowable(parser::endOfInput);

        assertThat(first).isInstanceOf(WireException.class).isSameAs(second);
        assertThat(catchThrowable(() -> parser.begin(ResponseKind.ORDINARY)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("close the connection");
    }

    @Test
    void tablesAreLarge() {
        assertThat(all()).hasSizeGreaterThan(330);
        assertThat(all()).extracting(Exchange::name).doesNotHaveDuplicates();
    }
}
