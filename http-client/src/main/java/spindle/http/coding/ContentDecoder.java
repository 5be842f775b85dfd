package spindle.http.coding;

import org.jspecify.annotations.Nullable;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/// Undoes the content codings of one body, piece by piece, within [DecodingLimits].
///
/// It is no stream and waits for nothing: it takes from the buffer that it is given, puts into
/// the other one, and keeps neither. Between two layers it holds at most 8 KiB, and a coding
/// holds no more than its window, whatever the body expands to: what fills up is the caller's
/// buffer, and whoever stops calling stops the decoding.
///
/// ```
///   while (body has bytes) {
///       decoder.decode(input, output);
///       empty output; while (decoder.isOutputPending()) { decode again; empty output; }
///   }
///   do { decoder.endOfInput(output); empty output; } while (decoder.isOutputPending());
///   decoder.close();
/// ```
///
/// A body that its coding does not cover to the last byte is refused, at both ends: one that
/// is cut, and one with something behind it. After a failure each call fails alike.
///
/// Whoever makes a decoder closes it; it may have native memory. One thread at a time.
public final class ContentDecoder implements AutoCloseable {

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    // fixed at construction
    private final DecodingLimits limits;
    private final int codings;
    // in the order in which they are undone; empty if there are too many
    private final List<Layer> layers = new ArrayList<>();
    // what layer i made for layer i + 1, ready to be read
    private final List<ByteBuffer> between = new ArrayList<>();

    // changes while running
    // of the body, coded
    private long received;
    private boolean isOutputPending;
    private @Nullable ContentException failure;
    private boolean isClosed;

    private ContentDecoder(List<Coding> codings, DecodingLimits limits) {
        this.limits = limits;
        this.codings = codings.size();
        if (codings.size() > limits.maxLayers()) {
            return; // The first piece of the body will be refused.
        }
        for (Coding coding : codings.reversed()) {
            layers.add(new Layer(coding, limits));
        }
        for (int i = 1; i < layers.size(); i++) {
            between.add(ByteBuffer.allocate(Layer.STEP_BYTES).flip());
        }
    }

    /// Returns a decoder for a body.
    ///
    /// Too many codings are refused by [#decode], not here: that is the peer's fault.
    ///
    /// @param codings as in Content-Encoding, in the order listed there: `gzip, br` means that
    ///     gzip was applied first; `identity` counts for nothing
    /// @throws IllegalArgumentException if one of them is not supported; ask [#supports] first
    public static ContentDecoder of(List<String> codings, DecodingLimits limits) {
        var known = new ArrayList<Coding>();
        for (String name : codings) {
            if (Coding.isIdentity(name)) {
                continue;
            }
            Coding coding = Coding.find(name);
            if (coding == null) {
                throw Coding.unknown(name);
            }
            known.add(coding);
        }
        return new ContentDecoder(known, limits);
    }

    /// Whether a coding can be undone here; without regard to case, and without `identity`
    /// being an exception.
    public static boolean supports(String coding) {
        return Coding.isIdentity(coding) || Coding.find(coding) != null;
    }

    /// Returns what to ask servers for, such as `gzip, deflate, br, zstd`: only what can be
    /// undone here.
    ///
    /// The first call loads native libraries, where they are present.
    public static String acceptEncoding() {
        return Coding.list();
    }

    /// Takes from `input` and puts into `output`, until the input is used up or the output is
    /// full; in the latter case [#isOutputPending()] is true.
    public void decode(ByteBuffer input, ByteBuffer output) throws ContentException {
        requireUsable();
        try {
            run(input, output);
        } catch (ContentException e) {
            failure = e;
            throw e;
        }
    }

    private void requireUsable() throws ContentException {
        if (isClosed) {
            throw new IllegalStateException("the decoder is closed: make one for each body");
        }
        if (failure != null) {
            throw failure;
        }
    }

    private void run(ByteBuffer input, ByteBuffer output) throws ContentException {
        if (codings > limits.maxLayers() && input.hasRemaining()) {
            throw ContentException.limit(
                    "the body has " + codings + " codings", "maxLayers", limits.maxLayers());
        }
        if (layers.isEmpty()) {
            Decoding.move(input, output);
        }
        // A layer that gets neither input nor room moves nothing, so this ends.
        while (output.hasRemaining() && stepEach(input, output)) {}
        isOutputPending = !output.hasRemaining();
    }

    private boolean stepEach(ByteBuffer input, ByteBuffer output) throws ContentException {
        boolean moved = false;
        int last = layers.size() - 1;
        for (int i = 0; i <= last; i++) {
            ByteBuffer from = i == 0 ? input : between.get(i - 1);
            moved |= i == last ? step(i, from, output) : stepBetween(i, from);
        }
        return moved;
    }

    /// Only an empty buffer is filled again: one that were moved together for each byte that
    /// is fetched would cost its square.
    private boolean stepBetween(int index, ByteBuffer from) throws ContentException {
        ByteBuffer to = between.get(index);
        if (to.hasRemaining()) {
            return false;
        }
        to.clear();
        try {
            return step(index, from, to);
        } finally {
            to.flip();
        }
    }

    private boolean step(int index, ByteBuffer from, ByteBuffer to) throws ContentException {
        Layer layer = layers.get(index);
        int start = from.position();
        boolean moved = layer.step(from, to);
        if (index == 0) {
            received += from.position() - start;
        }
        layer.requireWithinLimits(received);
        return moved;
    }

    /// Whether the last call filled its output: there may be more, and [#decode], or
    /// [#endOfInput] after the last byte, must be called again before it gets more input.
    public boolean isOutputPending() {
        return isOutputPending;
    }

    /// Says that the body is over, and fetches what is still to be had of it; to be called
    /// again while [#isOutputPending()]. A body without any byte is complete in every coding.
    ///
    /// @throws ContentException with [ContentException.Kind#TRUNCATED] if a coding did not
    ///     reach its end
    public void endOfInput(ByteBuffer output) throws ContentException {
        decode(NOTHING, output);
        if (isOutputPending) {
            return;
        }
        try {
            for (Layer layer : layers) {
                layer.requireFinished();
            }
        } catch (ContentException e) {
            failure = e;
            throw e;
        }
    }

    /// Gives back what the codings hold. May be called twice.
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        layers.forEach(Layer::close);
    }
}
