package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(30)
class KeepAliveFieldTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "timeout=5, max=100 | 5 | 100",
                "timeout=5 | 5 | -1",
                "max=100 | -1 | 100",
                "max=1,timeout=2 | 2 | 1",
                "TimeOut=5, MAX=7 | 5 | 7",
                "timeout = 5 , max\t=\t7 | 5 | 7",
                "timeout=0, max=0 | 0 | 0",
                "timeout=999999999 | 999999999 | -1",
                "timeout=000000005 | 5 | -1",
                ",,timeout=5,, | 5 | -1",
                "x=1, timeout=5, y | 5 | -1",
                "timeout=9, timeout=5, timeout=7 | 5 | -1",
                "timeout=x, timeout=5 | 5 | -1",
            })
    void parametersAreRead(String value, int timeout, int max) {
        assertThat(parse(value)).isEqualTo(new KeepAliveField(timeout, max));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ",",
                "timeout",
                "timeout=",
                "timeout=,max=",
                "timeout=-5",
                "timeout=+5",
                "timeout=5s",
                "timeout=5 5",
                "timeout=1.5",
                "timeout=\"5\"",
                "timeout==5",
                "timeout=1000000000",
                "timeout=99999999999999999999",
                "timeouts=5",
                "xtimeout=5",
                "timeout:5",
                "timeout=5;max=7",
                "max=\u00b2",
                "300"
            })
    void nonsenseIsIgnored(String value) {
        assertThat(parse(value)).isSameAs(KeepAliveField.NONE);
    }

    @Test
    void parameterDoesNotReachBeyondItsValue() {
        assertThat(KeepAliveField.parse(FieldLines.of("Keep-Alive", "timeout", "A", "=5")))
                .isSameAs(KeepAliveField.NONE);
        assertThat(KeepAliveField.parse(FieldLines.of("Keep-Alive", "timeout=", "5", "5")))
                .isSameAs(KeepAliveField.NONE);
    }

    @Test
    void severalFieldsAreReadAsOne() {
        assertThat(KeepAliveField.parse(FieldLines.of(
                        "Keep-Alive",
                        "timeout=9",
                        "A",
                        "timeout=1",
                        "keep-alive",
                        "max=3, timeout=5")))
                .isEqualTo(new KeepAliveField(5, 3));
    }

    @Test
    void noFieldSaysNothing() {
        assertThat(KeepAliveField.parse(FieldLines.of("Connection", "keep-alive, timeout=5")))
                .isSameAs(KeepAliveField.NONE);
    }

    @Test
    void manyParametersAreReadInLinearTime() {
        assertThat(parse("timeout=,".repeat(1_000_000) + "timeout=5"))
                .isEqualTo(new KeepAliveField(5, -1));
    }

    private static KeepAliveField parse(String value) {
        return KeepAliveField.parse(FieldLines.of("Keep-Alive", value));
    }
}
