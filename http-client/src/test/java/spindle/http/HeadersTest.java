package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;

@Timeout(10)
class HeadersTest {
    private static final Headers SOME =
            Headers.of("Accept", "text/html", "X-Trace", "1", "DNT", "1", "x-trace", "2");

    // --- Asking ---

    @ParameterizedTest
    @ValueSource(strings = {"X-Trace", "x-trace", "X-TRACE"})
    void namesAreFoundInWhateverCase(String name) {
        assertThat(SOME.contains(name)).isTrue();
        assertThat(SOME.first(name)).contains("1");
        assertThat(SOME.all(name)).containsExactly("1", "2");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Trac", "X-Tracee", "X_Trace", "Trace"})
    void otherNamesAreNot(String name) {
        assertThat(SOME.contains(name)).isFalse();
        assertThat(SOME.first(name)).isEmpty();
        assertThat(SOME.all(name)).isEmpty();
        assertThat(SOME.members(name)).isEmpty();
    }

    /// In Turkish, the small letter of I is another one.
    @Test
    void theCaseOfNamesIsNoLanguagesBusiness() {
        assertThat(Headers.of("CONTENT-ID", "1").contains("content-id")).isTrue();
        assertThat(Headers.of("X-I", "1").contains("x-ı")).isFalse();
    }

    @Test
    void fieldsComeInTheirOrderAndSpelling() {
        List<String> fields = new ArrayList<>();
        SOME.forEach(field -> fields.add(field.getKey() + "=" + field.getValue()));

        assertThat(fields).containsExactly("Accept=text/html", "X-Trace=1", "DNT=1", "x-trace=2");
        assertThat(SOME.size()).isEqualTo(4);
    }

    @Test
    void anIteratorEnds() {
        Iterator<Map.Entry<String, String>> none = Headers.empty().iterator();

        assertThat(none.hasNext()).isFalse();
        assertThatExceptionOfType(NoSuchElementException.class).isThrownBy(none::next);
    }

    @Test
    void theMapHasEachNameOnceAsItCameFirst() {
        assertThat(SOME.toMap())
                .containsExactly(
                        Map.entry("Accept", List.of("text/html")),
                        Map.entry("X-Trace", List.of("1", "2")),
                        Map.entry("DNT", List.of("1")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a           | a",
                "a,b         | a;b",
                "' a ,\tb '  | a;b",
                ",a,,b,      | a;b",
                "a b, c      | a b;c",
                "','         | ''",
                "''          | ''",
            })
    void membersAreSplitAtCommas(String value, String members) {
        assertThat(String.join(";", Headers.of("X", value).members("x"))).isEqualTo(members);
    }

    @Test
    void membersOfSeveralFieldsAreOneList() {
        assertThat(Headers.of("X", "a, b", "Y", "c", "x", "d").members("X"))
                .containsExactly("a", "b", "d");
    }

    // --- Deriving ---

    @Test
    void withPutsOneInPlaceOfAll() {
        assertThat(SOME.with("X-TRACE", "3"))
                .isEqualTo(Headers.of("Accept", "text/html", "DNT", "1", "X-TRACE", "3"));
    }

    @Test
    void plusKeepsThoseThatAreThere() {
        assertThat(Headers.of("A", "1").plus("a", "1")).isEqualTo(Headers.of("A", "1", "a", "1"));
    }

    @Test
    void withoutDropsAllOfTheName() {
        assertThat(SOME.without("x-TRACE"))
                .isEqualTo(Headers.of("Accept", "text/html", "DNT", "1"));
        assertThat(SOME.without("missing")).isSameAs(SOME);
    }

    @Test
    void othersReplaceThoseOfTheSameName() {
        Headers others = Headers.of("x-Trace", "3", "New", "4", "new", "5");

        assertThat(SOME.overriddenBy(others))
                .isEqualTo(Headers.of(
                        "Accept", "text/html", "DNT", "1", "x-Trace", "3", "New", "4", "new", "5"));
        assertThat(SOME.overriddenBy(Headers.empty())).isEqualTo(SOME);
        assertThat(Headers.empty().overriddenBy(SOME)).isEqualTo(SOME);
    }

    @Test
    void derivingChangesNothing() {
        Headers before = Headers.of("A", "1");
        Headers _ = before.plus("B", "2").with("A", "3").without("A");

        assertThat(before).isEqualTo(Headers.of("A", "1"));
    }

    // --- What may be sent ---

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", " ", "a b", "a:", ":a", "a\t", "a\r\n", "a\0", "ä", "\u0141", "(a)", "a/b",
                "a@b"
            })
    void aNameIsAToken(String name) {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of(name, "x"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"\r", "\n", "\r\n b", "\0", "\u0001", "\u007f", "\u0100", "\u560a", "😀"})
    void aValueIsLatin1WithoutControlCharactersAndIsNotQuotedWhenRefused(String bad) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Headers.of("X-Key", "s3cret" + bad))
                .withMessageContaining("X-Key")
                .withMessageContaining("at index 6")
                .withMessageNotContaining("s3cret");
    }

    @ParameterizedTest
    @CsvSource({"'', ''", "' ', ''", "' a ', a", "'\ta\t', a", "'a\tb', 'a\tb'", "ÿ, ÿ"})
    void blanksAroundAValueAreNotPartOfIt(String given, String value) {
        assertThat(Headers.of("X", given).first("X")).contains(value);
    }

    @Test
    void aNameWithoutAValueIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> Headers.of("A", "1", "B"));
    }

    // --- As values ---

    @Test
    void twoAreEqualIfTheyWouldBeSentAlike() {
        assertThat(Headers.of("A", "1"))
                .isEqualTo(Headers.of("A", " 1 "))
                .hasSameHashCodeAs(Headers.of("A", " 1 "))
                .isNotEqualTo(Headers.of("a", "1"))
                .isNotEqualTo(Headers.of("A", "2"))
                .isNotEqualTo("A: 1");
    }

    @Test
    void theirFormHasNamesOnly() {
        assertThat(SOME.toString()).contains("Accept", "X-Trace").doesNotContain("text/html");
    }
}
