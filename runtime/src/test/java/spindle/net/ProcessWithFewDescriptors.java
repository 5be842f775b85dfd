package spindle.net;

import static spindle.Async.await;
import static spindle.Async.sleep;

import spindle.Async;
import spindle.CoroutineEngine;
import spindle.EventLoop;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Uses up its file handles while connections wait to be accepted, gives them back, and prints
/// what it saw. The program that [FewDescriptorsTest] runs.
final class ProcessWithFewDescriptors {
    private static final int CLIENTS = 20;

    private final List<Socket> clients = new ArrayList<>();
    private final List<InputStream> hogs = new ArrayList<>();
    private final List<String> lines = new ArrayList<>();
    private int accepted;

    private ProcessWithFewDescriptors() {}

    public static void main(String[] arguments) throws Exception {
        ProcessWithFewDescriptors process = new ProcessWithFewDescriptors();
        EventLoop.Builder builder = EventLoop.builder()
                .engine(CoroutineEngine.valueOf(arguments[0]))
                .exceptionHandler(report -> process.lines.add(
                        "reported: " + report.message() + ": " + report.exception()));
        Async.run(builder, () -> {
            process.play();
            return null;
        });
        process.lines.forEach(System.out::println);
    }

    private void play() throws Exception {
        // Once with handles, so that every class is loaded when there are none.
        tryToConnect(new InetSocketAddress(InetAddress.getLoopbackAddress(), 1));
        playOnce(0);
        await(sleep(Duration.ofMillis(100))); // The handles of closed sockets come back.
        lines.clear();
        playOnce(Integer.MAX_VALUE);
        closeDuringThePause();
    }

    /// Closes a server that waits until it may try again. Nothing of it may be left.
    private void closeDuringThePause() throws Exception {
        await(sleep(Duration.ofMillis(100))); // The handles of closed sockets come back.
        try (Server server = LoopRun.network().listen(LoopRun.anyPort(), () -> new Protocol() {})) {
            InetSocketAddress address = LoopRun.addressOf(server);
            clients.add(new Socket(address.getAddress(), address.getPort()));
            takeHandles(Integer.MAX_VALUE);
            await(sleep(Duration.ofMillis(50)));
        }
        await(sleep(Duration.ofMillis(1))); // A turn drops timers that are cancelled.
        lines.add("closed during the pause: " + EventLoop.current());
        for (InputStream hog : hogs) {
            hog.close();
        }
        clients.removeLast().close();
    }

    /// Leaves no handle to the process, or just takes some of them.
    private void playOnce(int mostHogs) throws Exception {
        accepted = 0;
        try (Server server = LoopRun.network().listen(LoopRun.anyPort(), () -> {
            accepted++;
            return new Protocol() {};
        })) {
            InetSocketAddress address = LoopRun.addressOf(server);
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(new Socket(address.getAddress(), address.getPort()));
            }
            takeHandles(mostHogs);
            tryToConnect(address);
            await(sleep(Duration.ofMillis(300)));
            for (InputStream hog : hogs) {
                hog.close();
            }
            hogs.clear();
            while (accepted < CLIENTS) {
                await(sleep(Duration.ofMillis(10)));
            }
            lines.add("accepted all");
            server.abortClients();
        }
        for (Socket client : clients) {
            client.close();
        }
        clients.clear();
    }

    private void takeHandles(int most) throws IOException {
        try {
            while (hogs.size() < most) {
                hogs.add(new FileInputStream("/dev/null"));
            }
        } catch (IOException noneLeft) {
            lines.add("none left: " + noneLeft.getMessage());
        }
    }

    private void tryToConnect(InetSocketAddress address) throws Exception {
        try {
            await(LoopRun.network().connect(address, () -> new Protocol() {}));
        } catch (IOException failure) {
            lines.add("connect failed: " + failure.getMessage());
        }
    }
}
