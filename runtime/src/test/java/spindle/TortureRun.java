package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.currentTask;
import static spindle.Async.failAfter;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeoutException;

/// One run of a [Torture]: its tasks, its dice, and what they decide.
public final class TortureRun {
    private final EventLoop loop;
    private final SplittableRandom random;
    private final boolean cancelsAtRandom;
    private final boolean keepsOrder;

    /// The program's own; each must end, and not with a failure.
    private final List<Task<?>> tasks = new ArrayList<>();

    /// Those and whatever else the program lets be cancelled.
    private final List<Task<?>> victims = new ArrayList<>();

    /// How many requests to cancel each has had from here, and not taken back.
    private final IdentityHashMap<Task<?>, Integer> requests = new IdentityHashMap<>();

    private int cancelsLeft;
    private int looksLeft = 200;

    TortureRun(EventLoop loop, long seed, boolean cancelsAtRandom, boolean keepsOrder) {
        this.loop = loop;
        this.random = new SplittableRandom(seed); // Not a Random: those of 1 to 1000 begin alike.
        this.cancelsAtRandom = cancelsAtRandom;
        this.keepsOrder = keepsOrder;
        this.cancelsLeft = cancelsAtRandom ? random.nextInt(8) : 0;
    }

    /// Returns the loop.
    public EventLoop loop() {
        return loop;
    }

    List<Task<?>> tasks() {
        return tasks;
    }

    List<Task<?>> victims() {
        return victims;
    }

    /// Returns whether tasks run in the order in which they were woken: otherwise it can't be seen
    /// who was first.
    public boolean keepsOrder() {
        return keepsOrder;
    }

    // --- Dice ---

    public boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    public int below(int bound) {
        return random.nextInt(bound);
    }

    /// Returns no time, or some, in which others can do a few steps.
    public Duration someTime() {
        return Duration.ofMillis(below(4));
    }

    // --- Tasks ---

    /// Starts one of the program's tasks.
    public void start(String name, Coroutine.Action body) {
        Task<?> task = loop.createTask(name, body.asCoroutine());
        tasks.add(task);
        victims.add(task);
        requests.putIfAbsent(task, 0);
    }

    /// Has a task that the program made itself be cancelled like the others. How it ends is the
    /// program's affair.
    public <T extends Task<?>> T expose(T task) {
        victims.add(task);
        return task;
    }

    /// Starts a task that does something several times. If that is cancelled, the task ends,
    /// or it refuses to and does it again. Some rounds have a deadline.
    public void startRounds(String name, int rounds, Coroutine.Action round) {
        start(name, () -> {
            for (int i = 0; i < rounds; i++) {
                try {
                    pause();
                    runRound(round);
                    checkRequests(currentTask());
                } catch (CancelledError cancelled) {
                    checkRequests(currentTask());
                    assertThat(requestsOf(currentTask()))
                            .as("requests to cancel %s, which heard '%s'", currentTask(), cancelled)
                            .isPositive();
                    if (!oneIn(3)) {
                        throw cancelled;
                    }
                    takeBackRequests();
                }
            }
        });
    }

    private void runRound(Coroutine.Action round) throws Exception {
        if (!cancelsAtRandom || !oneIn(4)) {
            round.run();
            return;
        }
        try {
            await(failAfter(Duration.ofMillis(1 + below(4)), round.asCoroutine()));
        } catch (TimeoutException expected) {
            // The next round may be faster.
        }
    }

    /// Suspends the calling task for no, one or several turns, or for some time.
    public void pause() throws Exception {
        for (int turns = below(3); turns > 0; turns--) {
            yieldNow();
        }
        if (cancelsAtRandom && oneIn(4)) {
            await(sleep(Duration.ofMillis(below(3))));
        }
    }

    // --- Cancelling ---

    /// Cancels any task, perhaps: to be called where somebody has just been woken.
    public void strike() {
        if (cancelsLeft > 0 && !victims.isEmpty() && oneIn(4)) {
            cancelsLeft--;
            cancel(victims.get(below(victims.size())));
        }
    }

    /// Cancels a task, and counts it; returns whether that came in time.
    boolean cancel(Task<?> task) {
        boolean inTime = task.cancel();
        if (inTime) {
            requests.merge(task, 1, Integer::sum);
        }
        return inTime;
    }

    /// Returns how many requests to cancel one of the program's tasks has had from outside, and
    /// has not taken back.
    public int requestsOf(Task<?> task) {
        return requests.getOrDefault(task, 0);
    }

    private void takeBackRequests() {
        while (currentTask().cancelling() > 0) {
            currentTask().uncancel();
        }
        requests.put(currentTask(), 0);
    }

    /// Checks that whoever cancelled one of the program's tasks for purposes of its own, such as a
    /// timeout, has taken that back.
    void checkRequests(Task<?> task) {
        assertThat(task.cancelling())
                .as("requests to cancel that %s knows of", task)
                .isEqualTo(requestsOf(task));
    }

    /// Checks that a task which was cancelled from outside, and did not take that back, has ended
    /// so.
    void checkCancelled(Task<?> task) {
        assertThat(task.isCancelled() || requestsOf(task) == 0)
                .as("%s, which was cancelled from outside, has ended so", task)
                .isTrue();
    }

    /// Strikes from outside the tasks, in any turn and anywhere in it.
    void startCancelling() {
        if (cancelsLeft == 0 || looksLeft-- == 0) {
            return;
        }
        strike();
        if (oneIn(3)) {
            loop.callLater(Duration.ofMillis(below(3)), this::startCancelling);
        } else {
            loop.callSoon(this::startCancelling);
        }
    }
}
