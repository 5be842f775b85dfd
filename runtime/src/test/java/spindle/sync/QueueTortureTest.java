package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;
import spindle.Torture;
import spindle.TortureRun;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@OnBothEngines
class QueueTortureTest {
    private static final int MAX_SIZE = 2;

    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    QueueTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void queueSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new QueueProgram(new Queue<>(MAX_SIZE)));
    }

    @Test
    void queueSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new QueueProgram(new Queue<>(MAX_SIZE)));
    }

    @Test
    void priorityQueueSurvivesRandomCancels() {
        torture.cancelAtRandom(
                () -> new QueueProgram(new PriorityQueue<>(Integer::compare, MAX_SIZE)));
    }

    @Test
    void priorityQueueSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(
                () -> new QueueProgram(new PriorityQueue<>(Integer::compare, MAX_SIZE)));
    }

    @Test
    void lifoQueueSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new QueueProgram(new LifoQueue<>(MAX_SIZE)));
    }

    @Test
    void lifoQueueSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new QueueProgram(new LifoQueue<>(MAX_SIZE)));
    }

    /// Tasks that put and tasks that get, and perhaps one that shuts the queue down at any time.
    private static final class QueueProgram implements Torture.Program {
        private final Queue<Integer> queue;
        private final List<Integer> put = new ArrayList<>();
        private final List<Integer> got = new ArrayList<>();
        private Fairness puttersFairness;
        private Fairness gettersFairness;
        private int dropped;
        private int next;

        QueueProgram(Queue<Integer> queue) {
            this.queue = queue;
        }

        @Override
        public void start(TortureRun run) {
            puttersFairness = new Fairness(run.keepsOrder());
            gettersFairness = new Fairness(run.keepsOrder());
            for (int i = 0; i < 3; i++) {
                run.startRounds("getter " + i, 4, () -> get(run));
            }
            for (int i = 0; i < 3; i++) {
                run.startRounds("putter " + i, 4, () -> put(run));
            }
            run.startRounds("joiner", 1, () -> await(queue.join()));
            if (run.oneIn(4)) {
                run.startRounds("ender", 1, () -> {
                    run.pause();
                    run.pause();
                    shutdown(run.oneIn(2));
                });
            }
        }

        private void put(TortureRun run) throws Exception {
            int item = next++;
            try {
                if (!run.oneIn(4)) {
                    puttersFairness.await(queue.put(item));
                } else if (queue.tryPut(item)) {
                    puttersFairness.servedAtOnce();
                } else {
                    return;
                }
                put.add(item);
                run.strike();
            } catch (QueueShutDownException expected) {
                assertThat(queue.isShutDown()).isTrue();
            }
        }

        private void get(TortureRun run) throws Exception {
            switch (run.below(4)) {
                case 0 -> {
                    if (!queue.isShutDown()) {
                        queue.tryGet().ifPresent(item -> {
                            gettersFairness.servedAtOnce();
                            got(item);
                        });
                    }
                }
                case 1 -> gettersFairness.await(queue.next()).ifPresent(this::got);
                default -> {
                    try {
                        got(gettersFairness.await(queue.get()));
                    } catch (QueueShutDownException expected) {
                        assertThat(queue.isShutDown()).isTrue();
                    }
                }
            }
            run.strike();
        }

        private void got(int item) {
            got.add(item);
            queue.taskDone();
        }

        private void shutdown(boolean immediate) {
            dropped += immediate ? queue.size() : 0;
            queue.shutdown(immediate);
        }

        /// By now those who get can only wait because the queue is empty, and those who put
        /// because it is full.
        @Override
        public void finish(TortureRun run) throws Exception {
            if (!queue.isEmpty()) {
                assertThat(queue.toString()).doesNotContain("getters=");
            }
            if (!queue.isFull()) {
                assertThat(queue.toString()).doesNotContain("putters=");
            }
            while (!queue.isShutDown() && !queue.isEmpty()) {
                Optional<Integer> item = queue.tryGet();
                item.ifPresent(this::got);
                yieldNow();
                yieldNow();
            }
            shutdown(run.oneIn(2));
            for (int left = queue.size(); left > 0; left--) {
                got(queue.tryGet().orElseThrow());
            }
        }

        @Override
        public void check() {
            assertThat(got).doesNotHaveDuplicates();
            assertThat(put).containsAll(got).hasSize(got.size() + dropped);
            if (queue.getClass() == Queue.class) {
                assertThat(got).isEqualTo(put.subList(0, got.size()));
            }
            assertThat(queue.toString()).doesNotContain("ters=").doesNotContain("unfinished=");
        }
    }
}
