package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.http.url.Url;

import java.util.List;
import java.util.Map;

/// Links in a header (RFC 8288).
@Timeout(10)
class LinkTest {
    private static final Url BASE = Url.parse("http://127.0.0.1/dir/a?b");

    private static List<Link> parse(String... values) {
        return Link.parse(List.of(values), BASE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "</b>; rel=next                       | /b next",
                "<b>; rel=\"next\"                    | /dir/b next",
                "<>; rel=self                         | /dir/a?b self",
                "<?c>;rel=next                        | /dir/a?c next",
                "< /b >; rel=next                     | /b next",
                "</b> ; REL = NeXT                    | /b next",
                "</b>; rel=\"Next  LAST\tstart\"      | /b next last start",
                "</b>                                 | /b",
                "</b>; rel                            | /b",
                "</b>; rel=\"\"                       | /b",
                "</b>; title=\"x\"; rel=next          | /b next",
                "</b>; rel=next; rel=prev             | /b next",
                "</b>; title=\"a, <c>; rel=x\"; rel=next | /b next",
                "</b>; title=\"a \\\" <c>\"; rel=next | /b next",
                "</b>;;; rel=next;                    | /b next",
                "</b,c>; rel=next                     | /b,c next",
                "</b;c>; rel=next                     | /b;c next",
                "</b>; rel=\"next                     | /b next",
                "nonsense </b>; rel=next              | /b next",
                "<http://127.0.0.1/b#part>; rel=next  | /b next",
                "</k\u00c3\u00a4se>; rel=next         | /k%C3%A4se next",
            })
    void oneLink(String value, String expected) {
        assertThat(parse(value))
                .singleElement()
                .extracting(LinkTest::described)
                .isEqualTo(expected);
    }

    private static String described(Link link) {
        return (link.url().target() + " " + String.join(" ", link.relations())).strip();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "/b; rel=next",
                "</b; rel=next",
                "<ftp://127.0.0.1/b>; rel=next",
                "<javascript:alert(1)>; rel=next",
                "<http://127.1/>; rel=next",
                "<http://[::1>; rel=next",
            })
    void whatLeadsNowhereIsLeftOut(String value) {
        assertThat(parse(value)).isEmpty();
    }

    @Test
    void aBadLinkDoesNotHideTheGoodOnes() {
        assertThat(parse("<ftp://x/>; rel=a, </b>; rel=b, <http://127.1/>, </c>; rel=c"))
                .extracting(LinkTest::described)
                .containsExactly("/b b", "/c c");
    }

    @Test
    void severalFieldsAndSeveralInOneAreOneList() {
        assertThat(parse("</b>; rel=next,</c>; rel=last", "</d>; rel=prev"))
                .extracting(LinkTest::described)
                .containsExactly("/b next", "/c last", "/d prev");
    }

    @Test
    void aLinkKnowsAllThatIsSaidAboutIt() {
        Link link = parse("</b>; REL=next; title*=UTF-8''k%C3%A4se; title=cheese; type=\"text/x\"")
                .getFirst();

        assertThat(link.parameters())
                .isEqualTo(Map.of("rel", "next", "title", "käse", "type", "text/x"));
        assertThat(link.is("NEXT")).isTrue();
        assertThat(link.is("last")).isFalse();
    }

    @Test
    void aLinkWithoutARelationHasNone() {
        assertThat(parse("</b>").getFirst().relations()).isEmpty();
    }

    @Test
    void manyLinksAreReadInOneGo() {
        String many = "</b>; rel=next, ".repeat(10_000);

        assertThat(parse(many)).hasSize(10_000);
    }
}
