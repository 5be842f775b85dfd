package spindle;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.runBlocking;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/// Programs that are interrupted by Ctrl-C, and print what becomes of them: those that
/// [CtrlCTest] runs.
final class ProcessWithCtrlC {
    private static final Duration LONG = Duration.ofMinutes(5);

    private ProcessWithCtrlC() {}

    public static void main(String[] arguments) throws Exception {
        CoroutineEngine engine = CoroutineEngine.valueOf(arguments[0]);
        EventLoop.Builder builder = EventLoop.builder().engine(engine);
        switch (arguments[1]) {
            case "waits" -> Async.run(builder, ProcessWithCtrlC::waitThenCleanUp);
            case "is busy" -> Async.run(builder, ProcessWithCtrlC::stayBusy);
            case "is stuck" -> Async.run(builder, ProcessWithCtrlC::getStuck);
            case "calls" -> Async.run(builder, ProcessWithCtrlC::callBlocking);
            case "cleans up for long" -> Async.run(builder, ProcessWithCtrlC::cleanUpForLong);
            case "shuts down for long" -> Async.run(builder, ProcessWithCtrlC::leaveTaskBehind);
            case "refuses" -> Async.run(builder, ProcessWithCtrlC::refuse);
            case "has just ended" -> goOnAfterwards(builder);
            case "says 130" -> exitAsShellsExpect(builder);
            case "runs twice" -> runTwice(builder);
            case "has its own handler" -> handleItself(builder);
            case "runs elsewhere" -> runElsewhere(builder);
            default -> throw new IllegalArgumentException(arguments[1]);
        }
        print("returned");
    }

    private static void print(String line) {
        System.out.println(line);
        System.out.flush();
    }

    // --- What its main coroutine does ---

    private static void waitThenCleanUp() throws Exception {
        try {
            print("ready");
            await(sleep(LONG));
        } finally {
            yieldNow();
            print("cleaned up");
        }
    }

    private static void stayBusy() throws Exception {
        EventLoop loop = EventLoop.current();
        new Runnable() {
            @Override
            public void run() {
                loop.callSoon(this);
            }
        }.run();
        waitThenCleanUp();
    }

    @SuppressWarnings("InfiniteLoop") // Ctrl-C ends it.
    private static void getStuck() throws Exception {
        EventLoop.current().callSoon(() -> {
            print("ready");
            while (true) {
                Thread.onSpinWait();
            }
        });
        await(sleep(LONG));
    }

    private static void callBlocking() throws Exception {
        await(runBlocking(() -> {
            try {
                print("ready");
                new CountDownLatch(1).await();
            } catch (InterruptedException interrupted) {
                print("call interrupted");
            }
            return null;
        }));
    }

    private static void cleanUpForLong() throws Exception {
        try {
            print("ready");
            await(sleep(LONG));
        } finally {
            print("cleaning up");
            await(sleep(LONG));
        }
    }

    private static void leaveTaskBehind() {
        Task<?> left = createTask(() -> {
            try {
                await(sleep(LONG));
            } finally {
                print("ready");
                await(sleep(LONG));
            }
        });
        yieldNow();
        print("left behind: " + left.name());
    }

    private static void refuse() throws Exception {
        try {
            waitThenCleanUp();
        } catch (CancelledError cancelled) {
            print("refused: " + cancelled.getMessage());
        }
    }

    /// Ctrl-C comes after its last step, and before `run` returns.
    private static void endBeforeItComes() {
        EventLoop.current().currentTask().addDoneCallback(_ -> {
            print("ready");
            waitForInput();
        });
    }

    private static void waitForInput() {
        try {
            int typed = System.in.read();
            print(typed < 0 ? "no input" : "went on");
        } catch (IOException failure) {
            print("no input: " + failure);
        }
    }

    // --- What surrounds it ---

    private static void exitAsShellsExpect(EventLoop.Builder builder) throws Exception {
        try {
            Async.run(builder, ProcessWithCtrlC::waitThenCleanUp);
        } catch (KeyboardInterrupt interrupt) {
            print(interrupt.getMessage());
            System.exit(130);
        }
    }

    private static void goOnAfterwards(EventLoop.Builder builder) throws Exception {
        Async.run(builder, ProcessWithCtrlC::endBeforeItComes);
        new CountDownLatch(1).await();
    }

    private static void runTwice(EventLoop.Builder builder) throws Exception {
        try (Runner runner = Runner.open(builder)) {
            for (int i = 0; i < 2; i++) {
                try {
                    runner.run(ProcessWithCtrlC::waitThenCleanUp);
                } catch (KeyboardInterrupt interrupt) {
                    print(interrupt.getMessage());
                }
            }
        }
    }

    private static void handleItself(EventLoop.Builder builder) throws Exception {
        CountDownLatch handled = new CountDownLatch(1);
        handleCtrlC(handled::countDown);
        Async.run(builder, () -> {
            print("ready");
            handled.await();
            yieldNow();
            print("own handler");
        });
    }

    /// `sun.misc.Signal.handle`, which javac warns of.
    private static void handleCtrlC(Runnable handler) throws ReflectiveOperationException {
        Class<?> signalType = Class.forName("sun.misc.Signal");
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object own = Proxy.newProxyInstance(
                handlerType.getClassLoader(), new Class<?>[] {handlerType}, (_, method, _) -> {
                    if (method.getName().equals("handle")) {
                        handler.run();
                    }
                    return null;
                });
        signalType
                .getMethod("handle", signalType, handlerType)
                .invoke(null, signalType.getConstructor(String.class).newInstance("INT"), own);
    }

    private static void runElsewhere(EventLoop.Builder builder) throws Exception {
        Thread.ofPlatform()
                .start(() -> {
                    try {
                        Async.run(builder, ProcessWithCtrlC::waitThenCleanUp);
                    } catch (Exception failure) {
                        print("failed: " + failure);
                    }
                })
                .join();
    }
}
