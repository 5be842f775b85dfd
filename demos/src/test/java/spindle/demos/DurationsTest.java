package spindle.demos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import picocli.CommandLine.TypeConversionException;

import java.time.Duration;

class DurationsTest {
    private final Durations durations = new Durations();

    @ParameterizedTest
    @CsvSource({
        "300ms, 300",
        "3s, 3000",
        "1m, 60000",
        "0s, 0",
        "86400000ms, 86400000",
        "1440m, 86400000"
    })
    void readsAnAmountAndAUnit(String text, long millis) {
        assertThat(durations.convert(text)).isEqualTo(Duration.ofMillis(millis));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "3", "s", "3 s", "-3s", "1.5s", "3h", "3S", "PT3S", "9999999999s", "3sms"
            })
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> durations.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage(
                        "expected a duration such as 300ms, 3s or 1m but found \"" + text + "\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"86400001ms", "1441m", "999999999m"})
    void refusesMoreThanADay(String text) {
        assertThatThrownBy(() -> durations.convert(text))
                .isInstanceOf(TypeConversionException.class)
                .hasMessage("expected a day (1440m) at the most but found \"" + text + "\"");
    }

    @Test
    void writesWhatWasAskedForExactly() {
        assertThat(Durations.exact(Duration.ofMillis(300))).isEqualTo("300 ms");
        assertThat(Durations.exact(Duration.ofMillis(1500))).isEqualTo("1500 ms");
        assertThat(Durations.exact(Duration.ofMinutes(1))).isEqualTo("60 s");
        assertThat(Durations.exact(Duration.ZERO)).isEqualTo("0 s");
    }

    @ParameterizedTest
    @CsvSource({
        "0.42, 0.4 ms",
        "9.96, 10.0 ms",
        "335.4, 335 ms",
        "999.4, 999 ms",
        "999.6, 1.00 s",
        "3941, 3.94 s",
        "99990, 99.99 s",
        "305166, 305 s"
    })
    void writesWhatWasMeasuredToAFewDigits(double millis, String text) {
        assertThat(Durations.measured(millis)).isEqualTo(text);
    }

    @Test
    void countsMillisecondsWithOneDecimal() {
        assertThat(Durations.millis(335_449_000)).isEqualTo(335.4);
    }
}
