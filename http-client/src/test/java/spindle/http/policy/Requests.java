package spindle.http.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;

import spindle.http.ClientException;
import spindle.http.ClientRequest;
import spindle.http.ClientResponse;
import spindle.http.ClientSession;

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
        ClientException failure = catchThrowableOfType(
                ClientException.class, () -> statusOf(session, request));
        assertThat(failure).as("failure").isNotNull();
        return failure;
    }
}
