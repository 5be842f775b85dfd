package spindle.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// How a response says where its body ends.
enum Framing {
    LENGTH {
        @Override
        void begin(Conversation peer, String fields, int length) throws IOException {
            peer.send("HTTP/1.1 200 OK\r\n" + fields + "Content-Length: " + length + "\r\n\r\n");
        }

        @Override
        void part(Conversation peer, byte[] part) throws IOException {
            peer.send(part);
        }

        @Override
        void end(Conversation peer) {}
    },

    CHUNKED {
        @Override
        void begin(Conversation peer, String fields, int length) throws IOException {
            peer.send("HTTP/1.1 200 OK\r\n" + fields + "Transfer-Encoding: chunked\r\n\r\n");
        }

        @Override
        void part(Conversation peer, byte[] part) throws IOException {
            if (part.length > 0) {
                peer.send(Integer.toHexString(part.length) + "\r\n");
                peer.send(part);
                peer.send("\r\n");
            }
        }

        @Override
        void end(Conversation peer) throws IOException {
            peer.send("0\r\n\r\n");
        }
    },

    UNTIL_CLOSE {
        @Override
        void begin(Conversation peer, String fields, int length) throws IOException {
            peer.send("HTTP/1.1 200 OK\r\n" + fields + "\r\n");
        }

        @Override
        void part(Conversation peer, byte[] part) throws IOException {
            peer.send(part);
        }

        @Override
        void end(Conversation peer) {
            peer.close();
        }
    };

    /// Sends the head of a response.
    ///
    /// @param fields lines with their ends
    /// @param length of the whole body
    abstract void begin(Conversation peer, String fields, int length) throws IOException;

    /// Sends a part of the body.
    abstract void part(Conversation peer, byte[] part) throws IOException;

    abstract void end(Conversation peer) throws IOException;

    void part(Conversation peer, String part) throws IOException {
        part(peer, part.getBytes(StandardCharsets.ISO_8859_1));
    }

    /// Sends a whole response, its body in two parts.
    void respond(Conversation peer, String fields, byte[] body) throws Exception {
        begin(peer, fields, body.length);
        int half = body.length / 2;
        part(peer, Arrays.copyOf(body, half));
        peer.letTheLoopLook();
        part(peer, Arrays.copyOfRange(body, half, body.length));
        end(peer);
    }

    /// Returns whether the connection can serve another request.
    boolean keepsConnection() {
        return this != UNTIL_CLOSE;
    }
}
