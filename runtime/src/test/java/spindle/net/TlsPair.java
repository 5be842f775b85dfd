package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.createEagerTask;

import spindle.Coroutine;

import java.util.function.Supplier;

/// The two ends of a TLS connection over a [Wire], after the handshake.
record TlsPair<C extends RecordingProtocol, S extends RecordingProtocol>(
        Wire wire, C client, S server) {
    static Coroutine<TlsPair<RecordingProtocol, RecordingProtocol>> over(Wire wire) {
        return over(wire, Certificates.client(), Certificates.server());
    }

    static Coroutine<TlsPair<RecordingProtocol, RecordingProtocol>> over(
            Wire wire, Tls client, Tls server) {
        return over(wire, client, server, RecordingProtocol::new, RecordingProtocol::new);
    }

    static <C extends RecordingProtocol, S extends RecordingProtocol> Coroutine<TlsPair<C, S>> over(
            Wire wire, Tls client, Tls server, Supplier<C> clients, Supplier<S> servers) {
        return () -> {
            var serving = createEagerTask(server.startTls(wire.right, servers));
            C ours = await(client.startTls(wire.left, clients));
            S theirs = await(serving);
            assertThat(ours.events).startsWith("connectionMade");
            return new TlsPair<>(wire, ours, theirs);
        };
    }

    Transport ofClient() {
        return client.transport();
    }

    Transport ofServer() {
        return server.transport();
    }

    TlsDetails details() {
        return ofClient().tls().orElseThrow();
    }
}
