package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

import tools.jackson.jr.ob.JSON;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

@Timeout(60)
class RaceTest {
    @TempDir
    private Path folder;

    @Test
    void runsEveryStrategyAndEndsTheServer() throws Exception {
        CommandRun run =
                CommandRun.of("race", "--requests=10", "--delay=20ms", "--workers=2", "--json=-");

        assertThat(run.status()).isZero();
        assertThat(run.json().keySet()).containsExactly("delayMillis", "requests", "rows");
        assertThat(run.json()).containsEntry("delayMillis", 20).containsEntry("requests", 10);
        List<Map<String, Object>> rows = run.jsonList("rows");
        assertThat(rows)
                .extracting(row -> row.get("strategy"))
                .containsExactly(
                        "serial",
                        "thread-pool",
                        "virtual-threads",
                        "blocking-in-coroutine",
                        "coroutines");
        assertThat(rows).allSatisfy(row -> {
            assertThat(row.keySet())
                    .containsExactly(
                            "strategy",
                            "threads",
                            "requests",
                            "completed",
                            "failed",
                            "elapsedMillis");
            assertThat(row)
                    .containsEntry("failed", 0)
                    .containsEntry("completed", row.get("requests"));
            assertThat((Double) row.get("elapsedMillis")).isGreaterThanOrEqualTo(20);
        });
        assertThat(rows.get(0)).containsEntry("threads", 1);
        assertThat(rows.get(1)).containsEntry("threads", 3);
        assertThat(rows.get(4)).containsEntry("threads", 1);
        assertThat(run.err()).contains("times faster");
        assertThat(ProcessHandle.current().children()).isEmpty();
    }

    @Test
    void strategyRunsAloneAndPrintsItsTable() throws Exception {
        Path json = folder.resolve("race.json");

        CommandRun run = CommandRun.of(
                "race",
                "--requests=10",
                "--delay=20ms",
                "--strategies=coroutines",
                "--json=" + json);

        assertThat(run.status()).isZero();
        assertThat(run.out().lines())
                .contains("10 requests to a server that takes 20 ms for each:")
                .anyMatch(line -> line.matches("coroutines +1 +10 .* -  3\\.1 s"));
        assertThat(run.err()).contains("coroutines             10 of 10 in ");
        assertThat(JSON.std.mapFrom(Files.readString(json))).containsKey("rows");
    }

    @Test
    void slowStrategiesMakeAsManyRequestsAsFit() {
        assertThat(new SerialStrategy().attempts(course(300, 100))).isEqualTo(33);
        assertThat(new SerialStrategy().attempts(course(60_000, 100))).isEqualTo(1);
        assertThat(new SerialStrategy().attempts(course(10, 100))).isEqualTo(100);
        assertThat(new SerialStrategy().attempts(course(0, 100))).isEqualTo(100);
        assertThat(new ThreadPoolStrategy().attempts(course(3000, 10_000))).isEqualTo(160);
        assertThat(new BlockingInCoroutineStrategy().attempts(course(300, 100))).isEqualTo(5);
        assertThat(new BlockingInCoroutineStrategy().attempts(course(10_000, 100)))
                .isEqualTo(1);
        assertThat(new CoroutinesStrategy().attempts(course(3000, 10_000))).isEqualTo(10_000);
    }

    @Test
    void failuresAreCountedAndTheFirstIsTold() throws Exception {
        int port = URI.create(ScriptedPeer.refusingUrl()).getPort();
        RaceCourse course = new RaceCourse(loopback(port), Duration.ZERO, 3, 2);
        for (Strategy strategy : Strategy.all()) {
            RaceLap lap = new RaceLap(ThreadCount.start());

            strategy.run(course, lap);

            assertThat(lap.failed()).as(strategy.title()).isEqualTo(3);
            assertThat(lap.firstFailure()).as(strategy.title()).contains("onnection refused");
        }
    }

    @Test
    void mistakesInTheCommandLineAreStatus2() {
        assertMistake(
                "there is no strategy \"threads\": choose among serial, thread-pool,",
                "--strategies=serial,threads");
        assertMistake("--requests must be at least 1, was 0", "--requests=0");
        assertMistake("--workers must be at least 1, was -1", "--workers=-1");
        assertMistake("expected a duration", "--delay=300");
    }

    private static void assertMistake(String message, String option) {
        CommandRun run = CommandRun.of("race", option);

        assertThat(run.status()).isEqualTo(2);
        assertThat(run.err()).contains(message).doesNotContain("\tat ");
        assertThat(run.out()).isEmpty();
    }

    private static RaceCourse course(long delayMillis, int requests) {
        return new RaceCourse(loopback(1), Duration.ofMillis(delayMillis), requests, 8);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
