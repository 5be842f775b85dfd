package spindle.demos;

import spindle.EventLoop;
import spindle.Future;
import spindle.net.Server;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/// The slow server on a loop and a thread of its own, for a test.
final class SlowServerThread implements AutoCloseable {
    private final CompletableFuture<Integer> port = new CompletableFuture<>();
    private final CompletableFuture<Runnable> stop = new CompletableFuture<>();
    private final Thread thread;

    SlowServerThread(Duration delay) {
        thread = Thread.ofPlatform().daemon().start(() -> serve(delay));
    }

    private void serve(Duration delay) {
        try (EventLoop loop = EventLoop.open();
                Server server = SlowServer.listen(loop, 0, delay)) {
            port.complete(((InetSocketAddress) server.localAddress()).getPort());
            Future<Integer> stopped = loop.createFuture();
            stop.complete(() -> loop.callSoonThreadsafe(() -> stopped.setResult(0)));
            loop.runUntilComplete(stopped);
        } catch (Exception failure) {
            port.completeExceptionally(failure);
        }
    }

    int port() {
        return port.join();
    }

    String url() {
        return "http://127.0.0.1:" + port() + "/";
    }

    @Override
    public void close() {
        stop.join().run();
        try {
            thread.join();
        } catch (InterruptedException timedOut) {
            Thread.currentThread().interrupt();
        }
    }
}
