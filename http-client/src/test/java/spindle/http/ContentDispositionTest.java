package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// File names that servers propose (RFC 6266), and what is made of them. `\u00c3\u00a4` is what an
/// `ä` in UTF-8 looks like in a field.
@Timeout(10)
class ContentDispositionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "attachment; filename=a.txt                            | a.txt",
                "attachment; filename=\"a b.txt\"                      | a b.txt",
                "inline; filename=\"a.txt\"                            | a.txt",
                "ATTACHMENT ; FileName = \"a.txt\"                     | a.txt",
                "attachment;filename=a.txt;size=5                      | a.txt",
                "attachment; size=5; filename=a.txt                    | a.txt",
                "attachment; filename=\"a\\\"b\\\\c.txt\"              | c.txt",
                "attachment; filename=\"a;b,c.txt\"                    | a;b,c.txt",
                "attachment; filename=\"a.txt                          | a.txt",
                "attachment; filename=a.txt; filename=b.txt            | a.txt",
                "attachment; filename*=UTF-8''k%C3%A4se.txt            | käse.txt",
                "attachment; filename*=utf-8'de'k%C3%A4se.txt          | käse.txt",
                "attachment; filename*=ISO-8859-1''k%E4se.txt          | käse.txt",
                "attachment; filename=a.txt; filename*=UTF-8''b.txt    | b.txt",
                "attachment; filename*=UTF-8''b.txt; filename=a.txt    | b.txt",
                "attachment; filename*=UTF-8''%C3%83%C2%A4             | Ã¤",
                "attachment; filename=\"k\u00c3\u00a4se.txt\"          | käse.txt",
                "attachment; filename=\"k\u00e4se.txt\"                | käse.txt",
                "attachment; filename=\" a.txt \"                      | a.txt",
                "attachment; filename*=UTF-8''a%20b%2Bc+d              | a b+c+d",
            })
    void aNameThatMakesSense(String value, String name) {
        assertThat(ContentDisposition.fileName(value)).contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "*=EUC-JP''x%A4",
                "*=UTF-8''%C3",
                "*=UTF-8''%FF%FE",
                "*=UTF-8''%zz",
                "*=UTF-8''a%",
                "*=UTF-8''a%2",
                "*=UTF-8'x",
                "*=''x",
                "*=x",
                "*=UTF-8''",
                "*=UTF-8''\u00e4",
            })
    void anExtendedNameThatMakesNoSenseYieldsToThePlainOne(String extended) {
        assertThat(ContentDisposition.fileName("attachment; filename=plain; filename" + extended))
                .contains("plain");
        assertThat(ContentDisposition.fileName("attachment; filename" + extended))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "../../.ssh/authorized_keys        | authorized_keys",
                "/etc/passwd                       | passwd",
                "C:\\\\Windows\\\\system32\\\\evil.dll | evil.dll",
                "a/b\\\\c/d.txt                    | d.txt",
                "a\\\\b/c\\\\d.txt                 | d.txt",
                "...                               | ...",
                ".hidden                           | .hidden",
            })
    void foldersAreDropped(String given, String name) {
        assertThat(ContentDisposition.fileName("attachment; filename=\"" + given + "\""))
                .contains(name);
    }

    @ParameterizedTest
    @CsvSource({
        "a%2F..%2Fb.txt, b.txt",
        "a%5Cb.txt,      b.txt",
        "a%00b.txt,      ab.txt",
        "a%0D%0Ab.txt,   ab.txt",
        "a%C2%85b.txt,   ab.txt",
        "a%E2%80%AEb,    ab",
        "a%E2%80%8Bb,    ab",
    })
    void whatIsEncodedIsNotTrustedEither(String encoded, String name) {
        assertThat(ContentDisposition.fileName("attachment; filename*=UTF-8''" + encoded))
                .contains(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "attachment",
                "attachment;",
                "attachment; filename",
                "attachment; filename=",
                "attachment; filename=\"\"",
                "attachment; filename=\"a/\"",
                "attachment; filename=\"..\"",
                "attachment; filename=\"a/..\"",
                "attachment; filename=.",
                "attachment; filename=\" \"",
                "attachment; filename*=UTF-8''..%00",
                "attachment; filename*=UTF-8''%2E%2E",
                "attachment; name=a.txt",
                "filename=a.txt",
            })
    void otherwiseThereIsNone(String value) {
        assertThat(ContentDisposition.fileName(value)).isEmpty();
    }
}
