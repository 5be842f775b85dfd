package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.Async.await;

import com.sun.management.ThreadMXBean;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.Async;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Handle;
import spindle.LoopObserver;
import spindle.net.ConnectOptions;
import spindle.net.ListenOptions;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;
import spindle.net.TransportCounters;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/// What a small GET on a connection that is kept alive costs: in garbage, in turns of the loop and
/// in calls of the system. Counters don't depend on how busy a machine is.
///
/// Measured on a platform thread, since the JVM doesn't count what virtual ones allocate.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RequestCostTest {
    private static final String ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello";
    private static final int WARM_UP = 5000;
    private static final int MEASURED = 3000;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    // Measured: 1745 bytes.
    @Test
    void aGetAllocatesAtMostThreeKibibytes() throws Exception {
        assumeTrue(THREADS.isThreadAllocatedMemoryEnabled(), "the JVM counts allocated bytes");
        assumeTrue(
                CoroutineEngine.LOOP_CARRIED.isAvailable(), "coroutines run on the loop's thread");
        long loopThread = Thread.currentThread().threadId();
        long bytes = run(EventLoop.builder(), ClientOptions.defaults(), request -> {
            repeat(WARM_UP, request);
            long before = THREADS.getThreadAllocatedBytes(loopThread);
            repeat(MEASURED, request);
            return (THREADS.getThreadAllocatedBytes(loopThread) - before) / MEASURED;
        });

        assertThat(bytes).as("bytes per request").isBetween(100L, 3 * 1024L);
    }

    @Test
    void aGetIsWrittenAtOnceAndItsAnswerReadAtOnce() throws Exception {
        Watching watching = new Watching();
        long[] counts = run(
                EventLoop.builder(), ClientOptions.defaults().withNetwork(watching), request -> {
                    repeat(100, request);
                    TransportCounters before = watching.only().counters();
                    repeat(1000, request);
                    TransportCounters after = watching.only().counters();
                    return new long[] {
                        after.writes() - before.writes(), after.reads() - before.reads()
                    };
                });

        assertThat(counts[0]).as("writes of 1000 requests").isEqualTo(1000);
        assertThat(counts[1]).as("reads of 1000 answers").isEqualTo(1000);
    }

    // Measured: one, with two callbacks: the channel's, and the step of the task that waits.
    @Test
    void aGetTakesOneTurnOfTheLoop() throws Exception {
        Counting counting = new Counting();
        long[] counts =
                run(EventLoop.builder().observer(counting), ClientOptions.defaults(), request -> {
                    repeat(100, request);
                    counting.polls = 0;
                    counting.callbacks = 0;
                    repeat(1000, request);
                    return new long[] {counting.polls, counting.callbacks};
                });

        assertThat(counts[0]).as("turns of 1000 requests").isLessThan(1100);
        assertThat(counts[1]).as("callbacks of 1000 requests").isLessThan(2100);
    }

    /// What is done with requests.
    private interface Measurement<T> {
        T take(Coroutine.Action request) throws Exception;
    }

    private static <T> T run(
            EventLoop.Builder builder, ClientOptions options, Measurement<T> measurement)
            throws Exception {
        try (AnsweringServer server = AnsweringServer.start(ANSWER)) {
            String url = server.url();
            return Async.run(builder, () -> {
                try (ClientSession session = ClientSession.open(options)) {
                    return measurement.take(() -> {
                        try (ClientResponse response = await(session.get(url))) {
                            String _ = await(response.text());
                        }
                    });
                }
            });
        }
    }

    private static void repeat(int times, Coroutine.Action request) throws Exception {
        for (int i = 0; i < times; i++) {
            request.run();
        }
    }

    /// Counts what the loop does.
    private static final class Counting implements LoopObserver {
        long polls;
        long callbacks;

        @Override
        public void afterPoll(int readyCount) {
            polls++;
        }

        @Override
        public void afterCallback(Handle handle, long nanos) {
            callbacks++;
        }
    }

    /// The loop's network, and the transports that were made by it.
    private static final class Watching implements Network {
        private final List<Transport> transports = new ArrayList<>();

        @Override
        public <P extends Protocol> Coroutine<P> connect(
                SocketAddress address, ConnectOptions options, Supplier<P> protocols) {
            return () -> {
                P made = await(Network.current().connect(address, options, protocols));
                if (made instanceof HttpConnection connection) {
                    transports.add(connection.transport());
                }
                return made;
            };
        }

        @Override
        public Server listen(
                List<? extends SocketAddress> addresses,
                ListenOptions options,
                Supplier<? extends Protocol> protocols)
                throws IOException {
            return Network.current().listen(addresses, options, protocols);
        }

        Transport only() {
            assertThat(transports).hasSize(1);
            return transports.getFirst();
        }
    }
}
