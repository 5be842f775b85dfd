package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.OnBothEngines;
import spindle.testing.Testing;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;

@OnBothEngines
class FixedResolverTest {
    private static final List<InetAddress> HERE = List.of(InetAddress.ofLiteral("192.0.2.1"));
    private static final List<InetAddress> THERE = List.of(InetAddress.ofLiteral("::1"));

    private final CoroutineEngine engine;

    FixedResolverTest(CoroutineEngine engine) {
        this.engine = engine;
    }

    private void run(Coroutine.Action test) throws Exception {
        Testing.run(EventLoop.builder().engine(engine), test);
    }

    @Test
    void knowsWhatItWasToldAndAsksForTheRest() throws Exception {
        run(() -> {
            Resolver resolver = Resolver.fixed(Map.of("Api.example", HERE), _ -> () -> THERE);

            assertThat(await(resolver.resolve("api.EXAMPLE"))).isEqualTo(HERE);
            assertThat(await(resolver.resolve("other.example"))).isEqualTo(THERE);
        });
    }

    @Test
    void knowsNothingElseWithoutAnother() throws Exception {
        run(() -> {
            Resolver resolver = Resolver.fixed(Map.of("api.example", HERE));

            assertThatThrownBy(() -> await(resolver.resolve("other.example")))
                    .isInstanceOf(UnknownHostException.class)
                    .hasMessage("other.example: not among the fixed names");
            assertThat(await(resolver.resolve("[::1]"))).isEqualTo(THERE);
        });
    }

    @Test
    void anAddressCanBeSentElsewhereToo() throws Exception {
        run(() -> {
            Resolver resolver = Resolver.fixed(Map.of("192.0.2.9", HERE));

            assertThat(await(resolver.resolve("192.0.2.9"))).isEqualTo(HERE);
        });
    }

    @Test
    void refusesANameWithoutAddresses() {
        assertThatThrownBy(() -> Resolver.fixed(Map.of("api.example", List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("expected at least one address for api.example but got none");
    }
}
