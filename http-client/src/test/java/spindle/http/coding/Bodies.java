package spindle.http.coding;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;

/// Bodies, and their codings by others than us.
final class Bodies {

    private Bodies() {}

    static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /// Returns words and noise: compressible, but not too much.
    static byte[] ofSize(int size) {
        var random = new Random(size);
        byte[] body = new byte[size];
        byte[] words = text("the quick brown fox jumps over the lazy dog; ");
        for (int i = 0; i < size; i++) {
            body[i] = i % 256 < 200 ? words[i % words.length] : (byte) random.nextInt();
        }
        return body;
    }

    static byte[] gzip(byte[] body) {
        var coded = new ByteArrayOutputStream();
        try (var stream = new GZIPOutputStream(coded)) {
            stream.write(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return coded.toByteArray();
    }

    static byte[] zlib(byte[] body) {
        return deflate(body, new Deflater());
    }

    static byte[] raw(byte[] body) {
        return deflate(body, new Deflater(Deflater.DEFAULT_COMPRESSION, true));
    }

    static byte[] deflate(byte[] body, Deflater deflater) {
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

    static byte[] concat(byte[]... parts) {
        var all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    static byte[] flipped(byte[] bytes, int index, int mask) {
        byte[] flipped = bytes.clone();
        flipped[index] ^= (byte) mask;
        return flipped;
    }
}
