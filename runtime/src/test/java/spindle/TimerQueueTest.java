package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;

@Timeout(10)
class TimerQueueTest {
    private final TimerQueue queue = new TimerQueue();

    @Test
    void emptyQueueHasNeitherHeadNorDueTimers() {
        assertThat(queue.head()).isNull();
        assertThat(queue.pollDue(Long.MAX_VALUE)).isNull();
        assertThat(queue.size()).isZero();
    }

    @Test
    void headIsTheEarliestDeadline() {
        add(30);
        TimerHandle earliest = add(10);
        add(20);

        assertThat(queue.head()).isSameAs(earliest);
        assertThat(queue.size()).isEqualTo(3);
    }

    @Test
    void timerIsDueAtItsDeadlineAndNotBefore() {
        TimerHandle timer = add(10);

        assertThat(queue.pollDue(9)).isNull();
        assertThat(queue.pollDue(10)).isSameAs(timer);
        assertThat(queue.pollDue(11)).isNull();
    }

    @Test
    void equalDeadlinesComeInTheOrderOfScheduling() {
        List<TimerHandle> added = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            added.add(add(5));
        }

        assertThat(pollAll(5)).containsExactlyElementsOf(added);
    }

    @Test
    void ordersDeadlinesAcrossTheOverflowOfTheClock() {
        TimerHandle after = add(Long.MIN_VALUE + 10);
        TimerHandle before = add(Long.MAX_VALUE - 10);

        assertThat(pollAll(Long.MIN_VALUE + 10)).containsExactly(before, after);
    }

    @Test
    void skipsCancelledTimers() {
        TimerHandle first = add(1);
        TimerHandle second = add(2);
        TimerHandle third = add(3);

        first.cancel();
        third.cancel();

        assertThat(queue.head()).isSameAs(second);
        assertThat(pollAll(10)).containsExactly(second);
        assertThat(queue.size()).isZero();
    }

    @Test
    void clearForgetsEverything() {
        add(1);
        add(2).cancel();

        queue.clear();

        assertThat(queue.size()).isZero();
        assertThat(queue.head()).isNull();
    }

    // --- Cancelled timers leave ---

    @Test
    void millionCancelledTimersBehindALongLivedOneDoNotPileUp() {
        TimerHandle longLived = add(0);

        int largest = 0;
        for (int i = 1; i <= 1_000_000; i++) {
            add(i).cancel();
            largest = Math.max(largest, queue.size());
        }

        assertThat(largest).isLessThanOrEqualTo(250);
        assertThat(queue.head()).isSameAs(longLived);
    }

    @Test
    void timersThatStayAreNoMoreThanHalfOfTheHeap() {
        List<TimerHandle> staying = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            staying.add(add(i));
        }

        int largest = 0;
        for (int i = 0; i < 100_000; i++) {
            add(500).cancel();
            largest = Math.max(largest, queue.size());
        }

        assertThat(largest).isLessThanOrEqualTo(2 * staying.size() + 2);
        assertThat(pollAll(1_000)).containsExactlyElementsOf(staying);
    }

    @Test
    void cancellingAnyNumberOfTimesCountsOnce() {
        TimerHandle timer = add(1);
        for (int i = 0; i < 200; i++) {
            add(2 + i);
        }

        for (int i = 0; i < 1_000; i++) {
            timer.cancel();
        }

        assertThat(queue.size()).isEqualTo(201);
    }

    /// Each costs a sweep that comes early, and no more.
    @Test
    void cancellingTimersThatHaveFiredIsHarmless() {
        List<TimerHandle> fired = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            fired.add(add(i));
        }
        List<TimerHandle> pending = new ArrayList<>();
        for (int i = 500; i < 800; i++) {
            pending.add(add(i));
        }
        assertThat(pollAll(499)).containsExactlyElementsOf(fired);

        fired.forEach(TimerHandle::cancel);

        assertThat(queue.size()).isEqualTo(300);
        assertThat(pollAll(1_000)).containsExactlyElementsOf(pending);
    }

    // --- Against a reference ---

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 20_261_123, Long.MAX_VALUE})
    void comesInTheOrderOfASortedListWhateverIsAddedAndCancelled(long seed) {
        Random random = new Random(seed);
        List<TimerHandle> reference = new ArrayList<>();
        long now = random.nextLong();

        for (int step = 0; step < 20_000; step++) {
            switch (random.nextInt(8)) {
                case 0, 1, 2, 3 -> reference.add(add(now + random.nextInt(-10, 100)));
                case 4, 5 -> cancelAny(random, reference);
                case 6 -> assertThat(queue.head()).isSameAs(earliest(reference));
                default -> {
                    now += random.nextInt(20);
                    assertThat(pollAll(now)).containsExactlyElementsOf(removeDue(reference, now));
                }
            }
        }
    }

    private static void cancelAny(Random random, List<TimerHandle> reference) {
        if (!reference.isEmpty()) {
            reference.remove(random.nextInt(reference.size())).cancel();
        }
    }

    /// The reference keeps the order of scheduling, and a stable sort by deadline does the rest.
    private static List<TimerHandle> sorted(List<TimerHandle> reference) {
        return reference.stream()
                .sorted(Comparator.comparing(TimerHandle::when, (a, b) -> Long.signum(a - b)))
                .toList();
    }

    private static TimerHandle earliest(List<TimerHandle> reference) {
        return reference.isEmpty() ? null : sorted(reference).getFirst();
    }

    private static List<TimerHandle> removeDue(List<TimerHandle> reference, long now) {
        List<TimerHandle> due = sorted(reference).stream()
                .filter(timer -> timer.when() - now <= 0)
                .toList();
        reference.removeAll(due);
        return due;
    }

    private TimerHandle add(long when) {
        return queue.add(when, () -> {}, Context.EMPTY, null);
    }

    private List<TimerHandle> pollAll(long now) {
        List<TimerHandle> due = new ArrayList<>();
        for (TimerHandle timer = queue.pollDue(now); timer != null; timer = queue.pollDue(now)) {
            due.add(timer);
        }
        return due;
    }
}
