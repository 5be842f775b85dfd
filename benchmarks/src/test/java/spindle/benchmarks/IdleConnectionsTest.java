package spindle.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// `benchmarks/run idle`, with few connections and for a short time.
@Timeout(60)
class IdleConnectionsTest {
    private final IdleConnections benchmark = new IdleConnections(50, 3, Duration.ofMillis(20));

    @ParameterizedTest
    @EnumSource(IdleConnections.Style.class)
    void measuresMemoryAndRoundTripsInEachStyle(IdleConnections.Style style) throws Exception {
        IdleConnections.Row row = benchmark.measure(style);

        assertThat(row.before().serverMicros()).isPositive();
        assertThat(row.beside().latency().p99())
                .isGreaterThanOrEqualTo(row.beside().latency().p50());
        assertThat(benchmark.lines(List.of(row)).getLast())
                .startsWith(style.name().toLowerCase(Locale.ROOT));
    }

    @Test
    void aLatencyIsReadAsItWasWritten() {
        Latency latency = Latency.of(new long[] {3000, 1000, 2000});

        assertThat(Latency.parse(latency.print())).isEqualTo(latency);
        assertThat(latency).hasToString("2 µs, 3 µs");
    }

    @Test
    void theWindowInTheMiddleCounts() {
        Latency latency = new Latency(1, 2, 3);
        var slow = new IdleConnections.Window(latency, 9);
        var usual = new IdleConnections.Window(latency, 3);
        var fast = new IdleConnections.Window(latency, 2);

        assertThat(IdleConnections.Window.medianOf(List.of(slow, fast, usual))).isEqualTo(usual);
    }

    @Test
    void whatIsNoLatencyIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latency.parse("connected"))
                .withMessage("expected three numbers but found 'connected'");
    }
}
