package spindle.http.simulation;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;

/// The bodies of answers, and how they are framed.
final class Payloads {
    private static final int LINE = 50;
    private static final int BOMB_BYTES = 8 * 1024 * 1024;

    /// More than a session of the simulation decodes.
    static final byte[] BOMB = gzip(new byte[BOMB_BYTES]);

    private Payloads() {}

    /// Returns text that differs from that of other numbers.
    static byte[] text(int number, int length) {
        byte[] text = new byte[length];
        int state = number * 31 + 7;
        for (int i = 0; i < length; i++) {
            state = state * 1_103_515_245 + 12_345;
            text[i] = i % LINE == LINE - 1 ? (byte) '\n' : (byte) ('a' + (state >>> 16) % 26);
        }
        return text;
    }

    static byte[] gzip(byte[] plain) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(plain);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return out.toByteArray();
    }

    /// Returns a body in chunks, the last one and trailers included.
    static byte[] chunked(byte[] body, Dice dice) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int at = 0;
        while (at < body.length) {
            int size = Math.min(body.length - at, 1 + dice.size(1 << 16));
            out.writeBytes(bytes(
                    Integer.toHexString(size) + (dice.oneIn(5) ? ";name=value" : "") + "\r\n"));
            out.write(body, at, size);
            out.writeBytes(bytes("\r\n"));
            at += size;
        }
        out.writeBytes(bytes(dice.oneIn(4) ? "0\r\nX-Trailer: 1\r\n\r\n" : "0\r\n\r\n"));
        return out.toByteArray();
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    static byte[] repeat(String text, int times) {
        return bytes(text.repeat(times));
    }

    static byte[] first(byte[] bytes, int count) {
        return Arrays.copyOf(bytes, Math.min(count, bytes.length));
    }
}
