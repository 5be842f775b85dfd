package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.util.stream.Stream;

class DecodingLimitsTest {

    private static final DecodingLimits DEFAULT = DecodingLimits.DEFAULT;

    @Test
    void defaultsAreTheDocumentedOnes() {
        assertThat(DEFAULT)
                .isEqualTo(new DecodingLimits(1 << 30, 250, 1 << 20, 3, 65_536, 65_536, 8 << 20));
    }

    @Test
    void withChangesOneLimit() {
        assertThat(DEFAULT.withMaxDecodedBytes(2000))
                .isEqualTo(new DecodingLimits(2000, 250, 1 << 20, 3, 65_536, 65_536, 8 << 20));
        assertThat(DEFAULT.withMaxDecodingRatio(2000))
                .isEqualTo(new DecodingLimits(1 << 30, 2000, 1 << 20, 3, 65_536, 65_536, 8 << 20));
        assertThat(DEFAULT.withRatioFreeBytes(2000))
                .isEqualTo(new DecodingLimits(1 << 30, 250, 2000, 3, 65_536, 65_536, 8 << 20));
        assertThat(DEFAULT.withMaxLayers(2000))
                .isEqualTo(
                        new DecodingLimits(1 << 30, 250, 1 << 20, 2000, 65_536, 65_536, 8 << 20));
        assertThat(DEFAULT.withMaxMembers(2000))
                .isEqualTo(new DecodingLimits(1 << 30, 250, 1 << 20, 3, 2000, 65_536, 8 << 20));
        assertThat(DEFAULT.withMaxGzipHeaderBytes(2000))
                .isEqualTo(new DecodingLimits(1 << 30, 250, 1 << 20, 3, 65_536, 2000, 8 << 20));
        assertThat(DEFAULT.withMaxZstdWindowBytes(2000))
                .isEqualTo(new DecodingLimits(1 << 30, 250, 1 << 20, 3, 65_536, 65_536, 2000));
    }

    @Test
    void smallestAndLargestLimitsAreAccepted() {
        int most = Integer.MAX_VALUE;

        assertThat(new DecodingLimits(0, 1, 0, 1, 1, 10, 1024).maxDecodingRatio())
                .isEqualTo(1);
        assertThat(new DecodingLimits(Long.MAX_VALUE, most, Long.MAX_VALUE, most, most, most, most)
                        .maxDecodingRatio())
                .isEqualTo(most);
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        assertThatThrownBy(() -> DEFAULT.withMaxDecodingRatio(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxDecodingRatio must be at least 1, was 0");
        Stream.<Runnable>of(
                        () -> DEFAULT.withMaxDecodedBytes(-1),
                        () -> DEFAULT.withRatioFreeBytes(-1),
                        () -> DEFAULT.withMaxLayers(0),
                        () -> DEFAULT.withMaxMembers(0),
                        () -> DEFAULT.withMaxGzipHeaderBytes(9),
                        () -> DEFAULT.withMaxZstdWindowBytes(1023))
                .forEach(refused -> assertThatThrownBy(refused::run)
                        .isInstanceOf(IllegalArgumentException.class));
    }
}
