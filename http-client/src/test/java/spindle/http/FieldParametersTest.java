package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class FieldParametersTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "``                    | {}",
                ";                     | {}",
                ";a=1                  | {a=1}",
                "; a = 1 ; b = 2       | {a=1, b=2}",
                ";A=X                  | {a=X}",
                ";a=1;a=2;A=3          | {a=1}",
                ";a                    | {a=}",
                ";a=                   | {a=}",
                ";a=b=c                | {a=b=c}",
                ";=1;b=2               | {b=2}",
                ";a=\"x;y,z\";b=2      | {a=x;y,z, b=2}",
                ";a=\"x\\\"y\"         | {a=x\"y}",
                ";a=\"x\\\\\";b=2      | {a=x\\, b=2}",
                ";a=\"x\"junk;b=2      | {a=x, b=2}",
                ";a=\"x                | {a=x}",
                ";a=\"x\\              | {a=x\\}",
                ";a=x\"y               | {a=x\"y}",
                ";a*=UTF-8''%41;a=b    | {a=A}",
                ";a*=UTF-8''%41;a*=UTF-8''%42 | {a=A}",
                ";a*=nonsense;a=b      | {a=b}",
                ";*=UTF-8''x           | {=x}",
            })
    void areReadAsFarAsTheyMakeSense(String text, String parameters) {
        assertThat(FieldParameters.parse(text, 0).parameters()).hasToString(parameters);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {";a=1, b | 4", ";a=\"1,2\", b | 8", ";a=\"1\"x, b | 7", ", b | 0", ";a,b | 2"})
    void endAtACommaThatIsNotQuoted(String text, int end) {
        assertThat(FieldParameters.parse(text, 0).end()).isEqualTo(end);
    }

    @Test
    void beginWhereTheyAreSaidTo() {
        assertThat(FieldParameters.parse("x;a=1;b=2", 5).parameters()).hasToString("{b=2}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {";a=\"", ";a=\"\\", ";a=\\", ";a*=", ";a*='", ";a*=''", ";a*=x''%", ";", "="
            })
    void mayBreakOffAnywhere(String text) {
        for (int length = 0; length <= text.length(); length++) {
            FieldParameters.Parsed parsed = FieldParameters.parse(text.substring(0, length), 0);

            assertThat(parsed.parameters().getOrDefault("a", "")).isIn("", "\\");
        }
    }
}
