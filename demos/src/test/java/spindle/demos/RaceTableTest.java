package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import spindle.demos.RaceResult.Row;

import java.util.List;
import java.util.Map;

class RaceTableTest {
    private static final Map<String, String> FIGURES =
            Map.of("serial", "305 s", "coroutines", "3.1 s");

    @Test
    void comparesWithSerialAndTheArticle() {
        RaceResult result = new RaceResult(
                300,
                100,
                List.of(
                        new Row("serial", 1, 100, 100, 0, 30_123.4),
                        new Row("thread-pool", 9, 100, 100, 0, 3941.2),
                        new Row("coroutines", 1, 100, 100, 0, 335.1)));

        assertThat(lines(result, Map.of()))
                .startsWith(
                        "100 requests to a server that takes 300 ms for each:",
                        "",
                        "strategy     threads  requests     time  times faster  the article",
                        "serial             1       100  30.12 s           1.0  305 s",
                        "thread-pool        9       100   3.94 s           7.6  -",
                        "coroutines         1       100   335 ms            90  3.1 s",
                        "")
                .noneMatch(line -> line.contains("~"));
    }

    @Test
    void marksWhatIsExtrapolated() {
        RaceResult result = new RaceResult(
                300,
                100,
                List.of(
                        new Row("serial", 1, 33, 33, 0, 9930),
                        new Row("coroutines", 1, 100, 100, 0, 331)));

        assertThat(lines(result, Map.of()))
                .contains(
                        "serial            1  33 of 100  9.93 s           1.0  305 s",
                        "coroutines        1        100  331 ms           ~91  3.1 s")
                .anyMatch(line -> line.contains("~ where not all requests were made"));
    }

    @Test
    void comparesNothingWithoutSerial() {
        RaceResult result =
                new RaceResult(3000, 100, List.of(new Row("coroutines", 1, 100, 100, 0, 3031)));

        assertThat(lines(result, Map.of()))
                .contains("coroutines        1       100  3.03 s             -  3.1 s")
                .noneMatch(line -> line.contains("times faster:"));
    }

    @Test
    void saysWhyRequestsFailed() {
        RaceResult result =
                new RaceResult(300, 100, List.of(new Row("serial", 1, 100, 0, 100, 12)));

        assertThat(lines(result, Map.of("serial", "Connection refused")))
                .contains("serial          1  0 of 100  12 ms             -  305 s")
                .contains("serial had failures, the first: Connection refused");
    }

    private static List<String> lines(RaceResult result, Map<String, String> firstFailures) {
        return new RaceTable(result, FIGURES, firstFailures).lines();
    }
}
