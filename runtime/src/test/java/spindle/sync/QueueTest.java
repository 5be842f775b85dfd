package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

import java.util.Comparator;
import java.util.List;

@OnBothEngines
class QueueTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    QueueTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Which item comes next ---

    @Test
    void queueIsFirstInFirstOut() throws Exception {
        assertThat(throughQueue(new Queue<>())).containsExactly("cc", "a", "bb", "b");
    }

    @Test
    void lifoQueueIsLastInFirstOut() throws Exception {
        assertThat(throughQueue(new LifoQueue<>())).containsExactly("b", "bb", "a", "cc");
    }

    @Test
    void priorityQueueIsSmallestFirst() throws Exception {
        assertThat(throughQueue(PriorityQueue.inNaturalOrder()))
                .containsExactly("a", "b", "bb", "cc");
    }

    @Test
    void equalItemsOfAPriorityQueueComeOutAsTheyCame() throws Exception {
        assertThat(throughQueue(new PriorityQueue<>(Comparator.comparingInt(String::length))))
                .containsExactly("a", "b", "cc", "bb");
    }

    private List<Object> throughQueue(Queue<String> queue) throws Exception {
        loops.run(() -> {
            for (String item : List.of("cc", "a", "bb", "b")) {
                await(queue.put(item));
            }
            while (!queue.isEmpty()) {
                log.record(await(queue.get()));
            }
        });
        return log.events();
    }

    @Test
    void getterThatWasWokenGetsTheItemThatIsNextWhenItRuns() throws Exception {
        PriorityQueue<Integer> queue = PriorityQueue.inNaturalOrder();
        loops.run(() -> {
            Task<Integer> getter = createTask(queue.get());
            yieldNow();
            queue.tryPut(2);
            queue.tryPut(1);
            assertThat(await(getter)).isEqualTo(1);
        });
    }

    // --- Full and empty ---

    @Test
    void tellsHowFullItIs() throws Exception {
        Queue<String> queue = new Queue<>(2);
        loops.run(() -> {
            assertThat(queue.isEmpty()).isTrue();
            assertThat(queue.tryPut("a")).isTrue();
            assertThat(queue.tryPut("b")).isTrue();
            assertThat(queue.tryPut("c")).isFalse();
            assertThat(queue.isFull()).isTrue();
            assertThat(queue.size()).isEqualTo(2);
            assertThat(queue.maxSize()).isEqualTo(2);
            assertThat(queue.tryGet()).contains("a");
            assertThat(queue.tryGet()).contains("b");
            assertThat(queue.tryGet()).isEmpty();
        });
    }

    @Test
    void queueWithoutABoundIsNeverFull() throws Exception {
        Queue<Integer> queue = new Queue<>(-1);
        loops.run(() -> {
            for (int i = 0; i < 1000; i++) {
                assertThat(queue.tryPut(i)).isTrue();
            }
            assertThat(queue.isFull()).isFalse();
        });
    }

    @Test
    void putWaitsForRoomAndPuttersAreServedInTheirOrder() throws Exception {
        Queue<String> queue = new Queue<>(1);
        loops.run(() -> {
            await(queue.put("a"));
            createTask(queue.put("b"));
            createTask(queue.put("c"));
            yieldNow();
            assertThat(queue).hasToString("<Queue size=1 maxSize=1 putters=2 unfinished=1>");
            for (int i = 0; i < 3; i++) {
                log.record(await(queue.get()));
            }
        });

        assertThat(log.events()).containsExactly("a", "b", "c");
    }

    @Test
    void gettersAreServedInTheirOrder() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<?> first = createTask(recordNext("first", queue));
            Task<?> second = createTask(recordNext("second", queue));
            yieldNow();
            assertThat(queue).hasToString("<Queue size=0 getters=2>");
            await(queue.put("a"));
            await(queue.put("b"));
            await(first);
            await(second);
        });

        assertThat(log.events()).containsExactly("first a", "second b");
    }

    @Test
    void lateGetterDoesNotOvertakeOneThatWasWoken() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<?> woken = createTask(recordNext("woken", queue));
            yieldNow();
            queue.tryPut("a");
            queue.tryPut("b");
            assertThat(queue.tryGet()).isEmpty();
            await(recordNext("late", queue));
            await(woken);
        });

        assertThat(log.events()).containsExactly("woken a", "late b");
    }

    @Test
    void latePutterDoesNotOvertakeOneThatWasWoken() throws Exception {
        Queue<String> queue = new Queue<>(2);
        loops.run(() -> {
            queue.tryPut("a");
            queue.tryPut("b");
            createTask(queue.put("c"));
            yieldNow();
            assertThat(queue.tryGet()).contains("a");
            assertThat(queue.tryPut("late")).isFalse();
            assertThat(queue.tryGet()).contains("b");
            await(queue.put("d"));
            assertThat(queue.tryGet()).contains("c");
            assertThat(queue.tryGet()).contains("d");
        });
    }

    @Test
    void itemOfAGetterThatIsCancelledGoesToTheNext() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<?> woken = createTask(recordNext("woken", queue));
            Task<?> next = createTask(recordNext("next", queue));
            yieldNow();
            queue.tryPut("a");
            woken.cancel();
            await(next);
        });

        assertThat(log.events()).containsExactly("next a");
    }

    @Test
    void roomOfAPutterThatIsCancelledGoesToTheNext() throws Exception {
        Queue<String> queue = new Queue<>(1);
        loops.run(() -> {
            queue.tryPut("a");
            Task<?> woken = createTask(queue.put("woken"));
            Task<?> next = createTask(queue.put("next"));
            yieldNow();
            assertThat(queue.tryGet()).contains("a");
            woken.cancel();
            await(next);
            assertThat(queue.tryGet()).contains("next");
            assertThat(queue).hasToString("<Queue size=0 maxSize=1 unfinished=2>");
        });
    }

    @Test
    void nullIsRefused() {
        Queue<String> queue = new Queue<>();
        String none = null;

        assertThatThrownBy(() -> queue.tryPut(none))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("item is null: a queue holds none, since nobody could tell it from an "
                        + "empty one");
        assertThatThrownBy(() -> {
                    Coroutine<?> _ = queue.put(none);
                })
                .isInstanceOf(NullPointerException.class);
    }

    // --- taskDone, join ---

    @Test
    void joinWaitsUntilAllItemsAreDone() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            await(queue.join());
            queue.tryPut("a");
            queue.tryPut("b");
            Task<?> joiner = createTask(queue.join());
            await(queue.get());
            await(queue.get());
            queue.taskDone();
            yieldNow();
            yieldNow();
            assertThat(joiner.isDone()).isFalse();
            queue.taskDone();
            await(joiner);
        });
    }

    @Test
    void moreDoneThanPutIsRefused() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            assertThatThrownBy(queue::taskDone)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "expected unfinished items but all are done: call taskDone once for "
                                    + "each item that was got: <Queue size=0>");
        });
    }

    // --- Shutting down ---

    @Test
    void iterationEndsWhenTheQueueIsShutDownAndEmpty() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<?> worker = createTask(() -> {
                for (String item : awaitEach(queue)) {
                    log.record(item);
                    queue.taskDone();
                }
                log.record("end");
            });
            await(queue.put("a"));
            yieldNow();
            await(queue.put("b"));
            queue.shutdown(false);
            await(queue.join());
            await(worker);
        });

        assertThat(log.events()).containsExactly("a", "b", "end");
    }

    @Test
    void shutDownQueueTakesNothingMoreButGivesWhatIsLeft() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            queue.tryPut("a");
            queue.shutdown(false);
            queue.shutdown(false);
            assertThat(queue.isShutDown()).isTrue();
            assertShutDown(() -> await(queue.put("b")), "<Queue size=1 unfinished=1 shut down>");
            assertShutDown(() -> queue.tryPut("b"), "<Queue size=1 unfinished=1 shut down>");
            assertThat(await(queue.get())).isEqualTo("a");
            assertShutDown(() -> await(queue.get()), "<Queue size=0 unfinished=1 shut down>");
            assertShutDown(queue::tryGet, "<Queue size=0 unfinished=1 shut down>");
        });
    }

    @Test
    void shutdownFailsThoseWhoWait() throws Exception {
        Queue<String> empty = new Queue<>();
        Queue<String> full = new Queue<>(1);
        loops.run(() -> {
            full.tryPut("a");
            Task<?> getter = createTask(empty.get());
            Task<?> putter = createTask(full.put("b"));
            yieldNow();
            empty.shutdown(false);
            full.shutdown(false);
            assertShutDown(() -> await(getter), "<Queue size=0 shut down>");
            assertShutDown(() -> await(putter), "<Queue size=1 maxSize=1 unfinished=1 shut down>");
        });
    }

    @Test
    void getterThatWasWokenBeforeTheShutdownGetsItsItem() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<String> woken = createTask(queue.get());
            yieldNow();
            queue.tryPut("a");
            queue.shutdown(false);
            assertThat(await(woken)).isEqualTo("a");
        });
    }

    @Test
    void itemOfAGetterThatIsCancelledAtTheShutdownGoesToTheNext() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<String> woken = createTask(queue.get());
            Task<String> next = createTask(queue.get());
            yieldNow();
            queue.tryPut("a");
            queue.shutdown(false);
            woken.cancel();
            assertThat(await(next)).isEqualTo("a");
        });
    }

    @Test
    void immediateShutdownDropsTheItemsAndReleasesThoseWhoJoin() throws Exception {
        Queue<String> queue = new Queue<>(2);
        loops.run(() -> {
            queue.tryPut("a");
            queue.tryPut("b");
            Task<?> joiner = createTask(queue.join());
            Task<?> putter = createTask(queue.put("c"));
            yieldNow();
            queue.shutdown(false);
            queue.shutdown(true);
            await(joiner);
            assertShutDown(() -> await(putter), "<Queue size=0 maxSize=2 shut down>");
        });
    }

    @Test
    void immediateShutdownWaitsForWhatIsBeingWorkedOn() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            queue.tryPut("a");
            queue.tryPut("b");
            await(queue.get());
            queue.shutdown(true);
            Task<?> joiner = createTask(queue.join());
            yieldNow();
            assertThat(joiner.isDone()).isFalse();
            queue.taskDone();
            await(joiner);
        });
    }

    @Test
    void getterThatWasWokenFindsNothingAfterAnImmediateShutdown() throws Exception {
        Queue<String> queue = new Queue<>();
        loops.run(() -> {
            Task<String> woken = createTask(queue.get());
            yieldNow();
            queue.tryPut("a");
            queue.shutdown(true);
            assertShutDown(() -> await(woken), "<Queue size=0 shut down>");
        });
    }

    private static void assertShutDown(ThrowingCallable code, String queue) {
        assertThatThrownBy(code)
                .isInstanceOf(QueueShutDownException.class)
                .hasMessage("the queue was shut down: " + queue);
    }

    private Coroutine.Action recordNext(String who, Queue<String> queue) {
        return () -> log.record(who + " " + await(queue.get()));
    }
}
