package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import spindle.http.coding.ContentException.Kind;

/// Assertions about bodies that must be refused, however they are cut.
final class Refusals {

    private Refusals() {}

    static void assertMalformed(byte[] coded, String message, String... codings) {
        assertRefused(Kind.MALFORMED, coded, message, DecodingLimits.DEFAULT, codings);
    }

    static void assertLimit(
            byte[] coded, DecodingLimits limits, String message, String... codings) {
        assertRefused(Kind.LIMIT, coded, message, limits, codings);
    }

    static void assertTruncated(byte[] coded, String message, String... codings) {
        assertRefused(Kind.TRUNCATED, coded, message, DecodingLimits.DEFAULT, codings);
    }

    private static void assertRefused(
            Kind kind, byte[] coded, String message, DecodingLimits limits, String... codings) {
        for (int outputSize : Playback.OUTPUT_SIZES) {
            for (int pieceSize : new int[] {1, 7, Integer.MAX_VALUE}) {
                assertThatThrownBy(() ->
                                Playback.pieces(coded, pieceSize, outputSize, limits, codings))
                        .as("pieces of " + pieceSize + ", output of " + outputSize)
                        .isInstanceOfSatisfying(
                                ContentException.class,
                                e -> assertThat(e.kind()).isEqualTo(kind))
                        .hasMessage(message);
            }
        }
    }

    /// Asserts that no flip of a byte gives another body: the same one, or a failure, and the
    /// same however the bytes are cut.
    static void assertEveryFlipIsNoticed(byte[] coded, String body, String... codings) {
        for (int i = 0; i < coded.length; i++) {
            for (int mask : new int[] {1, 2, 4, 8, 16, 32, 64, 128, 0xff}) {
                byte[] flipped = Bodies.flipped(coded, i, mask);
                String outcome = Playback.outcome(flipped, Integer.MAX_VALUE, 8192, codings);
                if (!outcome.equals(body)) {
                    assertThat(outcome)
                            .as("byte " + i + " flipped by " + mask)
                            .matches("(?s)(MALFORMED|TRUNCATED|LIMIT): .*");
                }
                assertThat(Playback.outcome(flipped, 1, 7, codings))
                        .as("byte " + i + " flipped by " + mask + ", byte by byte")
                        .isEqualTo(outcome);
            }
        }
    }
}
