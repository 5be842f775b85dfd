package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.time.Duration;
import java.util.Map;

@Timeout(20)
class LoadTest {
    @Test
    void measuresRequestsAndWhatTheyCost() throws Exception {
        try (var server = new SlowServerThread(Duration.ZERO)) {
            CommandRun run = load(server.url(), "--json", "-");

            assertThat(run.status()).isZero();
            Map<String, Object> json = run.json();
            assertThat(json.keySet())
                    .containsExactly(
                            "requests",
                            "requestsPerSecond",
                            "cpuMicrosPerRequest",
                            "allocatedBytesPerRequest",
                            "latencyMicros",
                            "timingsMicros",
                            "errors");
            assertThat((Integer) json.get("requests")).isPositive();
            assertThat((Double) json.get("requestsPerSecond")).isPositive();
            assertThat((Double) json.get("cpuMicrosPerRequest")).isPositive();
            assertThat(json.get("errors")).isEqualTo(Map.of());
            assertThat(json.get("latencyMicros"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsOnlyKeys("p50", "p90", "p99", "p999", "max");
        }
    }

    @Test
    void printsForPeople() throws Exception {
        try (var server = new SlowServerThread(Duration.ZERO)) {
            CommandRun run = load(server.url());

            assertThat(run.out())
                    .contains("4 connections to " + server.url(), "per second", "errors      none");
        }
    }

    @Test
    void countsErrorStatusesByKind() throws Exception {
        try (var peer = ScriptedPeer.answering("HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n")) {
            CommandRun run = load(peer.url(), "--json", "-");

            assertThat(run.status()).isZero();
            assertThat(run.json().get("errors"))
                    .asInstanceOf(InstanceOfAssertFactories.MAP)
                    .containsKey("status 500");
        }
    }

    @Test
    void serverThatRefusesIsAskedSeldomAndFails() throws Exception {
        CommandRun run = load(ScriptedPeer.refusingUrl(), "--json", "-");

        assertThat(run.status()).isEqualTo(1);
        assertThat(run.json()).containsEntry("requests", 0);
        assertThat(run.json().get("errors"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .extractingByKey("refused", InstanceOfAssertFactories.INTEGER)
                .isBetween(1, 12);
        assertThat(run.err()).contains("none was answered", "refused: ");
    }

    @Test
    void mistakesInTheCommandLineAreStatus2() {
        assertThat(load("nonsense").status()).isEqualTo(2);
        assertThat(load("nonsense").err()).contains("load: expected a URL").doesNotContain("\tat ");
        assertThat(CommandRun.of("load").status()).isEqualTo(2);
        assertThat(load("http://a/", "--connections", "0").status()).isEqualTo(2);
    }

    private static CommandRun load(String url, String... more) {
        String[] options = {
            "load", url, "--connections=4", "--warmup=0s", "--duration=200ms",
        };
        String[] arguments = new String[options.length + more.length];
        System.arraycopy(options, 0, arguments, 0, options.length);
        System.arraycopy(more, 0, arguments, options.length, more.length);
        return CommandRun.of(arguments);
    }
}
