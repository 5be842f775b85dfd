package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ContentTypesTest {
    @ParameterizedTest
    @CsvSource({
        "a.txt, text/plain",
        "a.TXT, text/plain",
        "/folder.d/a.b.json, application/json",
        "a.tar.gz, application/gzip",
        "photo.JpG, image/jpeg",
        "json, application/octet-stream",
        "a., application/octet-stream",
        "'', application/octet-stream",
        "folder.txt/a, application/octet-stream",
        "a.unknown, application/octet-stream"
    })
    void aFilesNameTellsItsType(String name, String expected) {
        assertThat(ContentTypes.ofFileName(name)).isEqualTo(expected);
    }
}
