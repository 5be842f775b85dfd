package spindle.http.coding;

import static org.assertj.core.api.Assertions.assertThat;

import com.aayushatharva.brotli4j.encoder.Encoder;
import com.github.luben.zstd.ZstdCompressCtx;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// Bodies, and their codings by others than us.
public final class Bodies {

    private Bodies() {}

    public static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Returns words and noise: compressible, but not too much.
    public static byte[] ofSize(int size) {
        var random = new Random(size);
        byte[] body = new byte[size];
        byte[] words = text("the quick brown fox jumps over the lazy dog; ");
        for (int i = 0; i < size; i++) {
            body[i] = i % 256 < 200 ? words[i % words.length] : (byte) random.nextInt();
        }
        return body;
    }

    public static byte[] gzip(byte[] body) {
        var coded = new ByteArrayOutputStream();
        try (var stream = new GZIPOutputStream(coded)) {
            stream.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    public static byte[] zlib(byte[] body) {
        return deflate(body, new Deflater());
    }

    public static byte[] raw(byte[] body) {
        return deflate(body, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
    }

    public static byte[] deflate(byte[] body, Deflater deflater) {
        var coded = new ByteArrayOutputStream();
        try (var stream = new DeflaterOutputStream(coded, deflater)) {
            stream.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            deflater.end();
        }
        return coded.toByteArray();
    }

    public static byte[] brotli(byte[] body) {
        assertThat(NativeLibraries.hasBrotli()).as("brotli is there").isTrue();
        try {
            return Encoder.compress(body, Encoder.Parameters.create(5));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Returns a frame that says how much it holds, with a checksum.
    public static byte[] zstd(byte[] body) {
        try (var compressor = new ZstdCompressCtx()) {
            return compressor.setLevel(3).setChecksum(true).compress(body);
        }
    }

    /// Returns a frame that says nothing of its size.
    public static byte[] zstdStream(byte[] body) {
        var coded = new ByteArrayOutputStream();
        try (var stream = new ZstdOutputStreamNoFinalizer(coded)) {
            stream.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    public static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /// Returns bytes written in hexadecimal, with spaces anywhere.
    public static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    public static byte[] flipped(byte[] bytes, int index, int mask) {
        byte[] flipped = bytes.clone();
        flipped[index] ^= (byte) mask;
        return flipped;
    }
}
