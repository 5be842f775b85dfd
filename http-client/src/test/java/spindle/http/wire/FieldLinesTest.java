package spindle.http.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

class FieldLinesTest {

    @Test
    void namesAndValuesAreKeptInTheirOrder() {
        var fields = FieldLines.of("Host", "example.org", "x-LOUD", "Größe");

        assertThat(fields.count()).isEqualTo(2);
        assertThat(fields.name(0)).isEqualTo("Host");
        assertThat(fields.value(0)).isEqualTo("example.org");
        assertThat(fields.name(1)).isEqualTo("x-LOUD");
        assertThat(fields.value(1)).isEqualTo("Größe");
    }

    @Test
    void indexOfIgnoresCase() {
        var fields = FieldLines.of("Set-Cookie", "a", "Host", "b", "set-cookie", "c");

        assertThat(fields.indexOf("SET-COOKIE", 0)).isZero();
        assertThat(fields.indexOf("SET-COOKIE", 1)).isEqualTo(2);
        assertThat(fields.indexOf("SET-COOKIE", 3)).isEqualTo(-1);
        assertThat(fields.indexOf("Set-Cooki", 0)).isEqualTo(-1);
        assertThat(fields.indexOf("Set-Cookie2", 0)).isEqualTo(-1);
        assertThat(fields.indexOf("", 0)).isEqualTo(-1);
    }

    @Test
    void emptyHasNone() {
        assertThat(FieldLines.EMPTY.count()).isZero();
        assertThat(FieldLines.EMPTY.indexOf("Host", 0)).isEqualTo(-1);
        assertThat(FieldLines.of()).isSameAs(FieldLines.EMPTY);
    }

    @Test
    void blanksAroundAValueAreNotPartOfIt() {
        var fields = FieldLines.of("A", " \t b c\t ", "B", "  ");

        assertThat(fields.value(0)).isEqualTo("b c");
        assertThat(fields.value(1)).isEmpty();
        assertThat(fields.text()).isEqualTo("A: b c\r\nB: \r\n");
    }

    @Test
    void addAllAppendsFieldsAsTheyAre() {
        var builder = FieldLines.builder().add("First", "1");
        builder.addAll(FieldLines.of("Second", "2", "third", ""));
        builder.addAll(FieldLines.EMPTY);
        FieldLines fields = builder.add("Fourth", "4").build();

        assertThat(Playback.show(fields)).isEqualTo("First: 1; Second: 2; third: ; Fourth: 4");
    }

    @Test
    void receivedFieldsCanBeSentOn() throws WireException {
        var parser = new ResponseParser();
        parser.begin(ResponseKind.TO_HEAD);
        byte[] bytes = Exchange.ok("A:b", "C:   d  ").getBytes(StandardCharsets.ISO_8859_1);
        var head = (WireEvent.Head) parser.next(ByteBuffer.wrap(bytes));

        FieldLines fields =
                FieldLines.builder().add("E", "f").addAll(head.head().fields()).build();

        assertThat(Playback.show(fields)).isEqualTo("E: f; A: b; C: d");
    }

    @Test
    void builderGrows() {
        var builder = FieldLines.builder();
        for (int i = 0; i < 1000; i++) {
            builder.add("Name" + i, "value" + i);
        }
        FieldLines fields = builder.build();

        assertThat(fields.count()).isEqualTo(1000);
        assertThat(fields.name(999)).isEqualTo("Name999");
        assertThat(fields.value(999)).isEqualTo("value999");
    }

    @Test
    void builtFieldsDoNotChangeWithTheirBuilder() {
        var builder = FieldLines.builder().add("A", "1");
        FieldLines before = builder.build();
        builder.add("B", "2");

        assertThat(before).isEqualTo(FieldLines.of("A", "1"));
    }

    @Test
    void equalityIsThatOfTheLines() {
        assertThat(FieldLines.of("A", "1"))
                .isEqualTo(FieldLines.of("A", " 1"))
                .hasSameHashCodeAs(FieldLines.of("A", "1"));
        assertThat(FieldLines.of("A", "1"))
                .isNotEqualTo(FieldLines.of("a", "1"))
                .isNotEqualTo("A: 1");
    }

    @Test
    void toStringShowsNamesAndNoValues() {
        assertThat(FieldLines.of("Cookie", "secret", "Host", "x"))
                .hasToString("<FieldLines Cookie, Host>");
        assertThat(FieldLines.EMPTY).hasToString("<FieldLines >");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 2, Integer.MAX_VALUE})
    void indexOutOfBoundsIsRefused(int index) {
        var fields = FieldLines.of("A", "1", "B", "2");

        assertThatThrownBy(() -> fields.name(index)).isInstanceOf(IndexOutOfBoundsException.class);
        assertThatThrownBy(() -> fields.value(index)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void nameWithoutAValueIsRefused() {
        assertThatThrownBy(() -> FieldLines.of("A", "1", "B"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected names and values in turn but the last name has no value");
    }
}
