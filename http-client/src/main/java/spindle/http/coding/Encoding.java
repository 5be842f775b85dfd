package spindle.http.coding;

import java.nio.ByteBuffer;

/// Applies one coding to one body, in steps as large as the caller's buffers.
///
/// What keeps native memory gives it back in [#close()]; after that no other method may be
/// called.
interface Encoding {

    /// Takes from `input` and puts into `output` until the input is used up or the output is
    /// full.
    void encode(ByteBuffer input, ByteBuffer output);

    /// Puts the rest into `output`, after all input.
    ///
    /// @return false if the output is full before that: to be called again
    boolean finish(ByteBuffer output);

    void close();
}
