package spindle.benchmarks;

import spindle.EventLoop;
import spindle.net.Network;
import spindle.net.Protocol;
import spindle.net.Server;
import spindle.net.Transport;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// A server for benchmarks, on a loop and a thread of its own: answers every request with six
/// bytes,
/// after a delay. It takes whatever ends with an empty line for a request, and trusts that each
/// arrives
/// whole.
final class HelloServer {
    private static final byte[] RESPONSE =
            "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 6\r\n\r\nHello!"
                    .getBytes(StandardCharsets.US_ASCII);

    private final EventLoop loop;
    private final Thread thread;
    private final InetSocketAddress address;

    private HelloServer(EventLoop loop, Thread thread, InetSocketAddress address) {
        this.loop = loop;
        this.thread = thread;
        this.address = address;
    }

    static HelloServer start(int delayMillis) {
        CompletableFuture<HelloServer> started = new CompletableFuture<>();
        Thread.ofPlatform().name("hello-server").start(() -> serve(delayMillis, started));
        return started.join();
    }

    private static void serve(int delayMillis, CompletableFuture<HelloServer> started) {
        try (EventLoop loop = EventLoop.open()) {
            Duration delay = Duration.ofMillis(delayMillis);
            InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
            Server server = Network.of(loop).listen(anyPort, () -> new Hello(loop, delay));
            InetSocketAddress address = (InetSocketAddress) server.localAddress();
            started.complete(new HelloServer(loop, Thread.currentThread(), address));
            loop.runForever();
        } catch (IOException failure) {
            started.completeExceptionally(failure);
        }
    }

    InetSocketAddress address() {
        return address;
    }

    void close() throws InterruptedException {
        loop.callSoonThreadsafe(loop::stop);
        thread.join();
    }

    private static final class Hello implements Protocol {
        private final EventLoop loop;
        private final Duration delay;
        private Transport transport;

        Hello(EventLoop loop, Duration delay) {
            this.loop = loop;
            this.delay = delay;
        }

        @Override
        public void connectionMade(Transport transport) {
            this.transport = transport;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (delay.isZero()) {
                answer();
            } else {
                loop.callLater(delay, this::answer);
            }
        }

        private void answer() {
            transport.write(ByteBuffer.wrap(RESPONSE));
        }
    }
}
