package spindle.http.coding;

import java.nio.ByteBuffer;

/// One coding of a body, with what is counted of it.
///
/// A step ends after [#STEP_BYTES], so that a bomb is noticed early, however large the
/// caller's buffer is.
final class Layer {

    static final int STEP_BYTES = 8192;

    // fixed at construction
    private final Coding coding;
    private final Decoding decoding;
    private final DecodingLimits limits;

    // changes while running
    private long taken;
    private long produced;

    Layer(Coding coding, DecodingLimits limits) {
        this.coding = coding;
        this.limits = limits;
        decoding = coding.decoding(limits);
    }

    /// Decodes until the input is used up, the output is full, or the step is over.
    ///
    /// @return whether anything moved
    boolean step(ByteBuffer input, ByteBuffer output) throws ContentException {
        int inputStart = input.position();
        int outputStart = output.position();
        int outputLimit = output.limit();
        output.limit(outputStart + Math.min(STEP_BYTES, output.remaining()));
        try {
            decoding.decode(input, output);
        } finally {
            output.limit(outputLimit);
            taken += input.position() - inputStart;
            produced += output.position() - outputStart;
        }
        return input.position() > inputStart || output.position() > outputStart;
    }

    /// @param received what was taken of the whole body so far: for what a peer may do to us
    ///     only the bytes that it sent count, not what an outer layer made of them
    void requireWithinLimits(long received) throws ContentException {
        if (produced > limits.maxDecodedBytes()) {
            throw ContentException.limit(
                    "the " + coding + " body decodes to too much after " + received + " bytes",
                    "maxDecodedBytes",
                    limits.maxDecodedBytes());
        }
        // The same as produced > received * maxDecodingRatio, without overflow.
        if (produced > limits.ratioFreeBytes()
                && (produced - 1) / limits.maxDecodingRatio() >= received) {
            throw ContentException.limit(
                    "the " + coding + " body decodes to " + produced + " bytes after " + received
                            + ", which no ordinary content does",
                    "maxDecodingRatio",
                    limits.maxDecodingRatio());
        }
    }

    /// A body without any byte is complete in every coding: servers send that where there is
    /// nothing to send.
    void requireFinished() throws ContentException {
        String where = taken == 0 ? null : decoding.unfinished();
        if (where != null) {
            throw ContentException.truncated(
                    "the " + coding + " body ended after " + taken + " bytes, " + where);
        }
    }

    void close() {
        decoding.close();
    }
}
