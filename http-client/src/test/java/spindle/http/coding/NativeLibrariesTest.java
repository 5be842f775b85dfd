package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Supplier;

/// Where a library is absent, or does not load, only its coding is.
@Timeout(60)
class NativeLibrariesTest {

    private static final String BROTLI = "com.aayushatharva.brotli4j.";
    private static final String ZSTD = "com.github.luben.zstd.";

    @Test
    void bothAreThereInTheseTests() {
        assertThat(NativeLibraries.hasBrotli()).isTrue();
        assertThat(NativeLibraries.hasZstd()).isTrue();
    }

    @Test
    void withoutBothTwoCodingsAreLeft() throws ReflectiveOperationException {
        var loader = new HidingClassLoader(name -> name.startsWith("com/"));

        assertThat(ask(loader)).isEqualTo("gzip, deflate br=false zstd=false hello");
        assertThat(loader.defined())
                .contains("spindle.http.coding.ContentDecoder")
                .noneMatch(name -> name.contains("Brotli") && !name.endsWith("$Brotli"))
                .noneMatch(name -> name.contains("Zstd") && !name.endsWith("$Zstd"));
    }

    @Test
    void withoutBrotliThereIsZstd() throws ReflectiveOperationException {
        var loader = new HidingClassLoader(name -> name.startsWith(path(BROTLI)));

        assertThat(ask(loader)).isEqualTo("gzip, deflate, zstd br=false zstd=true hello");
        assertThat(loader.defined())
                .contains("spindle.http.coding.ZstdDecoding")
                .doesNotContain("spindle.http.coding.BrotliDecoding");
    }

    @Test
    void withoutZstdThereIsBrotli() throws ReflectiveOperationException {
        var loader = new HidingClassLoader(name -> name.startsWith(path(ZSTD)));

        assertThat(ask(loader)).isEqualTo("gzip, deflate, br br=true zstd=false hello");
        assertThat(loader.defined())
                .contains("spindle.http.coding.BrotliDecoding")
                .doesNotContain("spindle.http.coding.ZstdDecoding");
    }

    /// On a platform for which there is none.
    @Test
    void librariesWithoutTheirNativeCodeAreAbsent() throws ReflectiveOperationException {
        var loader = new HidingClassLoader(name -> name.contains("libzstd-jni")
                || name.contains("libbrotli")
                || name.startsWith("com/aayushatharva/brotli4j/linux")
                || name.startsWith("com/aayushatharva/brotli4j/macos")
                || name.startsWith("com/aayushatharva/brotli4j/windows"));

        assertThat(ask(loader)).isEqualTo("gzip, deflate br=false zstd=false hello");
        assertThat(loader.defined())
                .contains("com.aayushatharva.brotli4j.Brotli4jLoader")
                .contains("com.github.luben.zstd.util.Native");
    }

    /// A jar that is there in part.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "com/aayushatharva/brotli4j/service/BrotliNativeProvider",
                "com/github/luben/zstd/ZstdDecompressCtx"
            })
    void missingClassIsNoCrash(String hidden) throws ReflectiveOperationException {
        var loader = new HidingClassLoader(name -> name.startsWith(hidden));

        assertThat(ask(loader)).startsWith("gzip, deflate").endsWith(" hello");
    }

    private static String path(String packageName) {
        return packageName.replace('.', '/');
    }

    private static String ask(ClassLoader loader) throws ReflectiveOperationException {
        Object question = loader.loadClass(Question.class.getName())
                .getDeclaredConstructor()
                .newInstance();
        return (String) ((Supplier<?>) question).get();
    }

    /// Runs inside the loader.
    public static final class Question implements Supplier<String> {

        @Override
        public String get() {
            return ContentDecoder.acceptEncoding()
                    + " br=" + (ContentDecoder.supports("br") && ContentEncoder.supports("br"))
                    + " zstd="
                    + (ContentDecoder.supports("zstd") && ContentEncoder.supports("zstd"))
                    + " " + hello();
        }

        private static String hello() {
            ByteBuffer coded = ByteBuffer.allocate(100);
            ByteBuffer decoded = ByteBuffer.allocate(100);
            try (var encoder = ContentEncoder.of("gzip");
                    var decoder = ContentDecoder.of(List.of("gzip"), DecodingLimits.DEFAULT)) {
                encoder.encode(ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII)), coded);
                encoder.finish(coded);
                decoder.decode(coded.flip(), decoded);
                decoder.endOfInput(decoded);
            } catch (ContentException e) {
                throw new AssertionError(e);
            }
            return new String(decoded.array(), 0, decoded.position(), StandardCharsets.US_ASCII);
        }
    }

    @Test
    void absentCodingIsTheCallersMistake() throws ReflectiveOperationException {
        var loader = new HidingClassLoader(name -> name.startsWith("com/"));
        Object question = loader.loadClass(Mistake.class.getName())
                .getDeclaredConstructor()
                .newInstance();

        assertThatThrownBy(((Supplier<?>) question)::get)
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected a content coding among gzip, deflate but found \"br\":"
                        + " ask supports() first");
    }

    /// Runs inside the loader.
    public static final class Mistake implements Supplier<ContentDecoder> {
        @Override
        public ContentDecoder get() {
            return ContentDecoder.of(List.of("gzip", "br"), DecodingLimits.DEFAULT);
        }
    }
}
