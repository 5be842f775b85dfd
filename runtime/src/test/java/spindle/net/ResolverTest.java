package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.Task;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class ResolverTest {
    private final LoopRun loop;

    ResolverTest(CoroutineEngine engine) {
        loop = new LoopRun(engine);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "192.0.2.7", "::1", "2001:db8::7"})
    void anAddressIsItsOwnAnswerWithoutWaiting(String literal) throws Exception {
        loop.run(() -> {
            var lookup = createTask(Resolver.system().resolve(literal));
            yieldNow();

            assertThat(lookup.isDone()).isTrue();
            assertThat(await(lookup)).containsExactly(InetAddress.ofLiteral(literal));
        });
    }

    @Test
    void aNameHasAtLeastOneAddress() throws Exception {
        loop.run(() -> {
            List<InetAddress> addresses = await(Resolver.system().resolve("localhost"));

            assertThat(addresses).isNotEmpty().allMatch(InetAddress::isLoopbackAddress);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"no-such-host.invalid", "256.256.256.256", "-", "a b"})
    void aNameThatNobodyHasIsUnknown(String name) throws Exception {
        loop.run(() -> assertThatThrownBy(() -> await(Resolver.system().resolve(name)))
                .isInstanceOf(UnknownHostException.class)
                .hasMessageContaining(name));
    }

    @Test
    void aLookupDoesNotHoldUpTheLoop() throws Exception {
        loop.run(() -> {
            var lookup = createTask(Resolver.system().resolve("localhost"));
            yieldNow();
            assertThat(lookup.isDone()).isFalse();

            assertThat(await(lookup)).isNotEmpty();
        });
    }

    @Test
    void aLookupCanBeCancelled() throws Exception {
        loop.run(() -> {
            Task<List<InetAddress>> lookup =
                    createTask(Resolver.system().resolve("no-such-host.invalid"));
            yieldNow();
            lookup.cancel();

            assertThatThrownBy(() -> await(lookup)).isInstanceOf(CancelledError.class);
            assertThat(await(Resolver.system().resolve("localhost"))).isNotEmpty();
        });
    }
}
