package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.CoroutineEngine.HANDOFF;
import static spindle.CoroutineEngine.LOOP_CARRIED;
import static spindle.http.ScriptedOrigin.answer;

import org.junit.jupiter.api.Timeout;

import spindle.AsyncIterator;
import spindle.http.body.RequestBody;
import spindle.testing.LoopTest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// A body that can be sent once can be sent later, as long as nothing of it was asked for.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FreshBodyTest {
    private static final ScriptedOrigin.Script TAKE = arrival -> {
        String _ = arrival.body();
        arrival.respond(200);
    };

    /// Takes the body although it was to say 100 first, and answers then.
    private static ScriptedOrigin.Script late(int status, String... fields) {
        return arrival -> {
            String _ = arrival.bodyUnasked();
            arrival.respond(status, fields);
        };
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void redirectBeforeTheBodyTakesItAlong() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(answer(307, "Location: /there"), TAKE);

            assertThat(statusOf(web, origin)).isEqualTo(200);
            assertThat(origin.arrivals().get(1).body()).isEqualTo("once only");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void redirectAfterTheBodyCannot() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin =
                    web.origin("192.0.2.1").then(late(307, "Location: /there"), TAKE);

            assertThatThrownBy(() -> statusOf(web, origin))
                    .isInstanceOf(ClientException.Redirect.class)
                    .hasMessageContaining("which can be sent only once");
        }
    }

    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void serverWithoutExpectationsGetsItWithoutOne() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(answer(417), TAKE);

            assertThat(statusOf(web, origin)).isEqualTo(200);
            assertThat(origin.arrivals().get(1).expectsContinue()).isFalse();
        }
    }

    /// It was asked for a second time, and that was an error of its own.
    @LoopTest(engines = {LOOP_CARRIED, HANDOFF})
    void serverThatHadTheBodyBeforeItRefusedTheExpectationIsTakenAtItsWord() throws Exception {
        try (SimulatedWeb web = SimulatedWeb.open()) {
            ScriptedOrigin origin = web.origin("192.0.2.1").then(late(417));

            assertThat(statusOf(web, origin)).isEqualTo(417);
            assertThat(origin.arrivals()).hasSize(1);
        }
    }

    private static int statusOf(SimulatedWeb web, ScriptedOrigin origin) throws Exception {
        ByteBuffer piece = StandardCharsets.US_ASCII.encode("once only");
        AsyncIterator<ByteBuffer> pieces =
                () -> () -> piece.hasRemaining() ? Optional.of(piece) : Optional.empty();
        ClientRequest put = ClientRequest.put(origin.url("/"))
                .withBody(RequestBody.stream(pieces))
                .withExpectContinue();
        try (ClientResponse response = await(web.session().send(put))) {
            return response.status();
        }
    }
}
