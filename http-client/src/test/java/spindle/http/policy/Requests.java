package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;

import spindle.AsyncIterator;
import spindle.http.ClientException;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;
import spindle.http.body.RequestBody;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Requests of tests, from start to end.
final class Requests {
    private Requests() {}

    /// Returns the status of a response that is read to its end.
    static int statusOf(ClientSession session, ClientRequest request) throws Exception {
        try (ClientResponse response = await(session.send(request))) {
            byte[] _ = await(response.read());
            return response.status();
        }
    }

    /// Returns what a request fails with.
    static ClientException failureOf(ClientSession session, ClientRequest request) {
        ClientException failure =
                catchThrowableOfType(ClientException.class, () -> statusOf(session, request));
        assertThat(failure).as("failure").isNotNull();
        return failure;
    }

    /// Returns a body that can be sent once.
    static RequestBody stream(String text) {
        ByteBuffer piece = StandardCharsets.US_ASCII.encode(text);
        AsyncIterator<ByteBuffer> pieces =
                () -> () -> piece.hasRemaining() ? Optional.of(piece) : Optional.empty();
        return RequestBody.stream(pieces, text.length());
    }
}
