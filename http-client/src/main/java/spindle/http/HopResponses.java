package spindle.http;

import org.jspecify.annotations.Nullable;

import spindle.Coroutine;

import java.util.ArrayList;
import java.util.List;

/// The responses that the middlewares of one hop have got, of which they return one at the most.
///
/// A response that is forgotten keeps its connection, and its slot in the pool, until the total
/// timeout: so what the middlewares have left open is closed when they have come to their end.
final class HopResponses {
    private final List<ClientResponse> all = new ArrayList<>(1);

    /// Keeps a response, and returns it.
    ClientResponse add(ClientResponse response) {
        all.removeIf(ClientResponse::isClosed); // Some ask for hours, and close them all.
        all.add(response);
        return response;
    }

    /// Runs the middlewares, and closes whatever they don't return. Suspends the calling task
    /// wherever they do.
    ClientResponse closeOthersThanOf(Coroutine<ClientResponse> middlewares) throws Exception {
        ClientResponse returned = null;
        try {
            returned = middlewares.run();
            return returned;
        } finally {
            closeOthersThan(returned);
        }
    }

    private void closeOthersThan(@Nullable ClientResponse returned) {
        for (ClientResponse response : all) {
            if (response != returned) {
                response.close();
            }
        }
        all.clear();
    }

    @Override
    public String toString() {
        return "<HopResponses " + all + ">";
    }
}
