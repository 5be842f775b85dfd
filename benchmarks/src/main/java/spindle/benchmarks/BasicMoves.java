package spindle.benchmarks;

import com.sun.management.ThreadMXBean;

import spindle.Async;
import spindle.Coroutine;
import spindle.EventLoop;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/// What do the basic moves cost here, and what do they cost elsewhere?
///
/// Measures each move as a program makes it, and not as JMH does: one after another, in loops
/// of their own, in a JVM that has also closed loops full of sleeping tasks. Prints a table: the
/// median of five rounds that follow ten others, and the bytes that a move allocates. The other
/// programs that are named are run first, one after another; each measures the same moves and
/// prints a line such as `sleep(0) ns 3116.1` for each ([OtherProgram]).
///
/// What to notice: how far a move is from its target, and how many times as much it takes
/// elsewhere. The times of one session can be compared, those of two cannot; the bytes can.
///
/// Run with: `benchmarks/run moves [--beside COMMAND]...`
final class BasicMoves {
    private static final int MOVES = 200_000;
    private static final int SLEEPERS = 100_000;
    private static final int MILLION = 1_000_000;
    private static final int PENDING = 1_000;
    private static final int WARM_UP_ROUNDS = 10;
    private static final int MEASURED_ROUNDS = 5;

    private static final int EX_USAGE = 64;
    private static final int EX_UNAVAILABLE = 69;
    private static final String USAGE = "usage: benchmarks/run moves [--beside COMMAND]...";
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Map<Figure, List<Measured>> rounds = new EnumMap<>(Figure.class);

    private BasicMoves() {}

    static void main(String[] args) throws Exception {
        if (List.of(args).contains("--help")) {
            System.out.println(help());
            return;
        }
        List<OtherProgram> others = new ArrayList<>();
        try {
            for (String command : commands(args)) {
                others.add(OtherProgram.run(command));
            }
        } catch (IllegalArgumentException mistake) {
            fail(EX_USAGE, mistake.getMessage() + "\n" + USAGE);
        } catch (IOException failure) {
            fail(EX_UNAVAILABLE, failure.toString());
        }
        new MovesTable(new BasicMoves().measure(), others).lines().forEach(System.out::println);
    }

    private static String help() {
        return USAGE + """


            Measures the basic moves of an async program and prints a table: what a move takes, the
            bytes that it allocates, its target; then what a sleeping task holds. Takes a minute.

              --beside COMMAND   run this first and show its figures too: a shell command that
                                 prints lines such as 'sleep(0) ns 3116.1', one for each of
            """ + namesElsewhere();
    }

    private static String namesElsewhere() {
        StringBuilder names = new StringBuilder();
        for (Figure figure : Figure.values()) {
            if (!figure.nameElsewhere.isEmpty()) {
                names.append(" ".repeat(23)).append(figure.nameElsewhere).append('\n');
            }
        }
        return names.toString().stripTrailing();
    }

    /// Returns the commands of a command line.
    ///
    /// @throws IllegalArgumentException if there is anything else in it
    static List<String> commands(String[] args) {
        List<String> commands = new ArrayList<>();
        for (int i = 0; i < args.length; i += 2) {
            if (!args[i].equals("--beside")) {
                throw new IllegalArgumentException(
                        "expected --beside COMMAND but found '" + args[i] + "'");
            }
            if (i + 1 == args.length || args[i + 1].isBlank()) {
                throw new IllegalArgumentException("--beside needs a command");
            }
            commands.add(args[i + 1]);
        }
        return commands;
    }

    private static void fail(int status, String message) {
        System.err.println("moves: " + message);
        System.exit(status);
    }

    // --- Measuring ---

    private Map<Figure, Measured> measure() throws Exception {
        for (int round = 0; round < WARM_UP_ROUNDS; round++) {
            measureMoves();
        }
        rounds.clear();
        for (int round = 0; round < MEASURED_ROUNDS; round++) {
            measureMoves();
        }
        measureMillions();
        Map<Figure, Measured> figures = new EnumMap<>(Figure.class);
        rounds.forEach((figure, values) -> figures.put(figure, Measured.medianOf(values)));
        return figures;
    }

    private void measureMoves() throws Exception {
        time(Figure.SLEEP_ZERO, MOVES, () -> Moves.sleepZero(MOVES));
        time(Figure.CREATE_AND_AWAIT, MOVES, () -> Moves.createAndAwait(MOVES));
        time(Figure.AWAIT_FUTURE, MOVES, () -> Moves.awaitFuture(MOVES));
        time(Figure.CALL_SOON, MOVES, () -> Moves.callSoonChain(MOVES));
        time(Figure.CALL_LATER, MOVES, () -> Moves.callLaterAndCancel(MOVES));
        Async.run(() -> {
            long before = heapInUse();
            Moves.startSleepers(SLEEPERS);
            note(Figure.SLEEPER, (double) (heapInUse() - before) / SLEEPERS);
        });
    }

    private void measureMillions() throws Exception {
        Async.run(() -> {
            Moves.startSleepers(MILLION);
            note(Figure.MILLION_SLEEPERS, heapInUse() / 1e6);
        });
        time(Figure.MILLION_TIMERS, MILLION, () -> Moves.timeouts(MILLION, PENDING, () -> {}));
        Async.run(() -> {
            EventLoop loop = EventLoop.current();
            Longest longest = new Longest();
            Moves.timeouts(MILLION, PENDING, () -> longest.see(loop.statistics().timers()));
            note(Figure.MILLION_TIMERS_QUEUE, longest.length);
            note(Figure.MILLION_TIMERS_HEAP, heapInUse() / 1e6);
        });
    }

    /// Notes what each of `count` moves takes, in nanoseconds and in bytes, within a coroutine.
    private void time(Figure figure, int count, Coroutine.Action moves) throws Exception {
        Async.run(() -> {
            System.gc(); // What others have left behind is not for this move to clear up.
            // Of all threads: the JVM doesn't count what virtual ones allocate by themselves.
            long allocatedBefore = THREADS.getTotalThreadAllocatedBytes();
            long start = System.nanoTime();
            moves.run();
            long nanos = System.nanoTime() - start;
            long allocated = THREADS.getTotalThreadAllocatedBytes() - allocatedBefore;
            note(figure, new Measured((double) nanos / count, (double) allocated / count));
        });
    }

    private void note(Figure figure, double value) {
        note(figure, Measured.of(value));
    }

    private void note(Figure figure, Measured measured) {
        rounds.computeIfAbsent(figure, _ -> new ArrayList<>()).add(measured);
    }

    /// Returns the bytes of all live objects.
    private static long heapInUse() {
        System.gc();
        System.gc(); // The first may leave behind what it found only at its end.
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /// The greatest length seen.
    private static final class Longest {
        private int length;

        void see(int other) {
            length = Math.max(length, other);
        }
    }
}
