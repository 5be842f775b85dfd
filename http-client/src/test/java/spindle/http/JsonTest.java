package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.http.ClientException.Kind;
import spindle.http.coding.Bodies;

import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;

import java.lang.reflect.Type;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// JSON, read with Jackson.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class JsonTest {
    private static final String ITEM = "{\"name\":\"s\u00fc\u00df\",\"count\":3}";

    private final ClientRun client;

    JsonTest(CoroutineEngine engine) {
        client = new ClientRun(engine);
    }

    /// What a response may hold.
    record Item(String name, int count) {}

    /// The same as a class.
    static final class Box {
        public String name = "";
        public int count;
    }

    @Test
    void makesARecordOrAnObjectOrATree() throws Exception {
        client.run((server, session) -> {
            serve(server, "application/json", Bodies.text(ITEM));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.json(Item.class)))
                        .isEqualTo(new Item("s\u00fc\u00df", 3));
                assertThat(await(response.json(Box.class)).count).isEqualTo(3);
                assertThat(await(response.json(Map.class)).get("count")).isEqualTo(3);
                assertThat(await(response.text())).isEqualTo(ITEM);
            }
        });
    }

    @Test
    void makesAGenericType() throws Exception {
        Type items = new TypeReference<List<Item>>() {}.getType();
        client.run((server, session) -> {
            serve(server, "application/json", Bodies.text("[" + ITEM + "," + ITEM + "]"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                List<Item> made = await(response.json(items));

                assertThat(made).hasSize(2).allMatch(item -> item.count() == 3);
            }
        });
    }

    @Test
    void makesAPrimitive() throws Exception {
        client.run((server, session) -> {
            serve(server, "application/json", Bodies.text("42"));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                int made = await(response.json(int.class));

                assertThat(made).isEqualTo(42);
            }
        });
    }

    /// RFC 8259 asks for UTF-8, and older servers have read the one before.
    @ParameterizedTest
    @CsvSource({"utf-8, ''", "utf-8, efbbbf", "utf-16le, fffe", "utf-16be, feff", "utf-16be, ''"})
    void isReadInEveryCharsetThatJsonMayBeIn(String charset, String mark) throws Exception {
        byte[] body = Bodies.concat(Bodies.hex(mark), ITEM.getBytes(Charset.forName(charset)));
        client.run((server, session) -> {
            serve(server, "application/json", body);
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.json(Item.class)).name()).isEqualTo("s\u00fc\u00df");
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/problem+json", "nonsense"})
    void isReadWhateverTheContentTypeSays(String contentType) throws Exception {
        client.run((server, session) -> {
            serve(server, contentType, Bodies.text(ITEM));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                assertThat(await(response.json(Item.class)).count()).isEqualTo(3);
            }
        });
    }

    // --- What is none ---

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "<html>Not found</html>   | 200 OK",
                "''                       | 200 OK",
                "' '                      | 404 Not Found",
                "{\"name\":               | 200 OK",
                "[]                       | 200 OK",
                "{\"name\":1,\"count\":\"x\"} | 500 Oops",
            })
    void whatIsNoJsonForTheTypeSaysWhatCame(String body, String status) throws Exception {
        client.run((server, session) -> {
            server.on(
                    "/",
                    peer -> peer.send("HTTP/1.1 " + status
                            + "\r\nContent-Type: text/html; charset=x\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n" + body));
            try (ClientResponse response = await(session.get(server.url("/")))) {
                ClientException failure = catchThrowableOfType(
                        ClientException.class, () -> await(response.json(Item.class)));

                assertThat(failure).isNotNull();
                assertThat(failure.kind()).isEqualTo(Kind.CONTENT);
                assertThat(failure)
                        .isInstanceOf(ClientException.Protocol.class)
                        .hasMessageStartingWith("GET " + server.url("/") + ": expected JSON for "
                                + Item.class.getName() + " but found text/html; charset=x of "
                                + body.length() + " bytes, status " + status.substring(0, 3)
                                + ": ")
                        .hasCauseInstanceOf(JacksonException.class);
                assertThat(await(response.text())).as("what came, still").isEqualTo(body);
            }
        });
    }

    @Test
    void aBodyWithoutAContentTypeSaysSo() throws Exception {
        client.run((server, session) -> {
            try (ClientResponse response = await(session.get(server.url("/probe?x")))) {
                assertThat(catchThrowableOfType(
                                ClientException.class, () -> await(response.json(Item.class))))
                        .hasMessageContaining("found a body without a Content-Type of 1 bytes");
            }
        });
    }

    @Test
    void aBodyThatBreaksOffFailsAsReadingItDoes() throws Exception {
        client.run((server, session) -> {
            server.on("/", peer -> {
                peer.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}");
                peer.close();
            });
            try (ClientResponse response = await(session.get(server.url("/")))) {
                ClientException failure = catchThrowableOfType(
                        ClientException.class, () -> await(response.json(Map.class)));

                assertThat(failure.kind()).isEqualTo(Kind.TRUNCATED);
                assertThat(failure.partialBody().orElseThrow())
                        .isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private static void serve(ScriptedServer server, String contentType, byte[] body) {
        server.on(
                "/",
                peer -> Framing.LENGTH.respond(
                        peer, "Content-Type: " + contentType + "\r\n", body));
    }
}
