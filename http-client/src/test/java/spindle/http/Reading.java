package spindle.http;

import static spindle.Async.await;
import static spindle.Async.awaitEach;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/// The ways to read the body of a response.
enum Reading {
    READ {
        @Override
        String all(ClientResponse response) throws Exception {
            return new String(await(response.read()), StandardCharsets.ISO_8859_1);
        }
    },

    TEXT {
        @Override
        String all(ClientResponse response) throws Exception {
            return await(response.text());
        }
    },

    PIECES {
        @Override
        String all(ClientResponse response) throws Exception {
            StringBuilder all = new StringBuilder();
            for (ByteBuffer piece : awaitEach(response.pieces())) {
                all.append(StandardCharsets.ISO_8859_1.decode(piece));
            }
            return all.toString();
        }
    },

    LINES {
        @Override
        String all(ClientResponse response) throws Exception {
            StringBuilder all = new StringBuilder();
            for (String line : awaitEach(response.lines())) {
                all.append(all.isEmpty() ? "" : "\n").append(line);
            }
            return all.toString();
        }
    },

    SAVE_TO {
        @Override
        String all(ClientResponse response) throws Exception {
            Path file = Files.createTempFile("spindle-reading", null);
            try {
                long size = await(response.saveTo(file));
                String saved = Files.readString(file, StandardCharsets.ISO_8859_1);
                return saved.length() == size ? saved : "said " + size + ": " + saved;
            } finally {
                Files.delete(file);
            }
        }
    };

    /// Reads all of it. Suspends the calling task.
    abstract String all(ClientResponse response) throws Exception;

    /// Returns whether it keeps the body for whoever asks again.
    boolean isWhole() {
        return this == READ || this == TEXT;
    }
}
