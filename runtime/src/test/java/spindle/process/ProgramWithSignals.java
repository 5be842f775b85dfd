package spindle.process;

import static spindle.Async.await;
import static spindle.Async.sleep;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Future;
import spindle.KeyboardInterrupt;
import spindle.Runner;

import java.time.Duration;

/// Handles signals on its main thread and prints what it hears. The program that
/// [SignalsInAProcessTest] runs and sends signals to.
final class ProgramWithSignals {
    private static final Duration LONG = Duration.ofMinutes(1);

    private ProgramWithSignals() {}

    public static void main(String[] arguments) throws Exception {
        CoroutineEngine engine = CoroutineEngine.valueOf(arguments[0]);
        try (Runner runner = Runner.open(EventLoop.builder().engine(engine))) {
            switch (arguments[1]) {
                case "hears" -> hear(runner, arguments[2]);
                case "closed" -> closeHandler(runner, arguments[2]);
                case "next run" -> hearInTheNextRun(runner);
                case "refused" -> beRefused(runner, arguments[2]);
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
        if (arguments[1].equals("next run")) {
            say("loop closed");
            Thread.sleep(LONG);
        }
    }

    private static void hear(Runner runner, String name) throws Exception {
        runner.run(() -> {
            hearOnce(name);
        });
    }

    private static void hearOnce(String name) throws Exception {
        Future<String> heard = EventLoop.current().createFuture();
        try (var _ = Signals.addSignalHandler(name, () -> heard.setResult("heard " + name))) {
            say("ready");
            say(await(heard));
        }
    }

    private static void closeHandler(Runner runner, String name) throws Exception {
        try {
            runner.run(() -> {
                hearOnce(name);
                say("closed");
                try {
                    await(sleep(LONG));
                } catch (CancelledError cancelled) {
                    say("cancelled");
                    throw cancelled;
                }
            });
        } catch (KeyboardInterrupt interrupt) {
            say("interrupted");
        }
    }

    private static void hearInTheNextRun(Runner runner) throws Exception {
        Future<String> heard = runner.loop().createFuture();
        runner.run(() -> {
            var _ = Signals.addSignalHandler("INT", () -> heard.setResult("heard INT"));
        });
        runner.run(() -> {
            say("ready");
            say(await(heard));
        });
    }

    private static void beRefused(Runner runner, String name) throws Exception {
        runner.run(() -> {
            try {
                Signals.addSignalHandler(name, () -> {});
            } catch (IllegalStateException refused) {
                say(refused.getMessage());
            }
        });
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
