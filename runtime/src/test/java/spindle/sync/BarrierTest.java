package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

import java.util.List;
import java.util.concurrent.BrokenBarrierException;

@OnBothEngines
class BarrierTest {
    @RegisterExtension
    final TestLoops loops;

    private final Barrier barrier = new Barrier(3);

    BarrierTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void letsAllGoWhenTheLastArrives() throws Exception {
        loops.run(() -> {
            Task<Integer> first = createTask(barrier.arrive());
            Task<Integer> second = createTask(barrier.arrive());
            yieldNow();
            assertThat(barrier.waiting()).isEqualTo(2);
            assertThat(barrier).hasToString("<Barrier filling 2/3>");
            assertThat(await(barrier.arrive())).isEqualTo(2);
            assertThat(await(first)).isZero();
            assertThat(await(second)).isEqualTo(1);
        });
    }

    @Test
    void isUsedRoundAfterRound() throws Exception {
        loops.run(() -> {
            for (int round = 0; round < 3; round++) {
                assertThat(await(gather(barrier.arrive(), barrier.arrive(), barrier.arrive())))
                        .containsExactly(0, 1, 2);
            }
        });
    }

    @Test
    void whoArrivesWhileOthersAreOnTheirWayOutBeginsTheNextRound() throws Exception {
        loops.run(() -> {
            Task<Integer> first = createTask(barrier.arrive());
            Task<Integer> second = createTask(barrier.arrive());
            yieldNow();
            await(barrier.arrive());
            Task<Integer> next = createTask(barrier.arrive());
            yieldNow();
            yieldNow();
            assertThat(List.of(first.isDone(), second.isDone(), next.isDone()))
                    .containsExactly(true, true, false);
            await(gather(barrier.arrive(), barrier.arrive()));
            assertThat(await(next)).isZero();
        });
    }

    @Test
    void barrierForOneNeverWaits() throws Exception {
        loops.run(() -> assertThat(await(new Barrier(1).arrive())).isZero());
    }

    @Test
    void cancelledWaiterDoesNotCountFromThatMoment() throws Exception {
        loops.run(() -> {
            Task<Integer> cancelled = createTask(barrier.arrive());
            Task<Integer> first = createTask(barrier.arrive());
            yieldNow();
            cancelled.cancel();
            Task<Integer> second = createTask(barrier.arrive());
            yieldNow();
            assertThat(barrier.waiting()).isEqualTo(2);
            assertThat(await(barrier.arrive())).isEqualTo(2);
            assertThat(await(first)).isZero();
            assertThat(await(second)).isEqualTo(1);
        });
    }

    @Test
    void waiterThatIsCancelledWhenAllHaveArrivedDoesNotHoldUpTheOthers() throws Exception {
        loops.run(() -> {
            Task<Integer> first = createTask(barrier.arrive());
            Task<Integer> second = createTask(barrier.arrive());
            yieldNow();
            await(barrier.arrive());
            first.cancel();
            assertThatThrownBy(() -> await(first)).isInstanceOf(CancelledError.class);
            assertThat(await(second)).isEqualTo(1);
        });
    }

    @Test
    void resetFailsThoseWhoWaitAndBeginsAnew() throws Exception {
        loops.run(() -> {
            Task<Integer> waiter = createTask(barrier.arrive());
            yieldNow();
            barrier.reset();
            assertThat(barrier.isBroken()).isFalse();
            assertThatThrownBy(() -> await(waiter))
                    .isInstanceOf(BrokenBarrierException.class)
                    .hasMessageStartingWith("the barrier was reset: <Barrier ");
            await(gather(barrier.arrive(), barrier.arrive(), barrier.arrive()));
        });
    }

    @Test
    void resetLeavesTheRoundThatIsComplete() throws Exception {
        loops.run(() -> {
            Task<Integer> first = createTask(barrier.arrive());
            Task<Integer> second = createTask(barrier.arrive());
            yieldNow();
            await(barrier.arrive());
            barrier.reset();
            assertThat(await(first)).isZero();
            assertThat(await(second)).isEqualTo(1);
        });
    }

    @Test
    void abortFailsThoseWhoWaitAndThoseWhoCome() throws Exception {
        loops.run(() -> {
            Task<Integer> waiter = createTask(barrier.arrive());
            yieldNow();
            barrier.abort();
            assertThat(barrier.isBroken()).isTrue();
            assertThat(barrier).hasToString("<Barrier broken>");
            assertThatThrownBy(() -> await(waiter))
                    .isInstanceOf(BrokenBarrierException.class)
                    .hasMessage("the barrier was aborted: <Barrier broken>");
            assertThatThrownBy(() -> await(barrier.arrive()))
                    .isInstanceOf(BrokenBarrierException.class)
                    .hasMessage("the barrier was aborted, reset() makes it usable again: "
                            + "<Barrier broken>");
            barrier.reset();
            await(gather(barrier.arrive(), barrier.arrive(), barrier.arrive()));
        });
    }

    @Test
    void barrierForNobodyIsRefused() {
        assertThatThrownBy(() -> new Barrier(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parties must be at least 1, was 0");
    }
}
