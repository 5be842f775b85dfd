package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.currentTask;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

import java.util.Set;

@OnBothEngines
class CapacityLimiterTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    CapacityLimiterTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void knowsWhoHasBorrowed() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(1);
        loops.run(() -> {
            await(limiter.acquire());
            Task<?> waiter = createTask(recordInside(limiter, "waiter"));
            yieldNow();
            CapacityLimiter.Statistics statistics = limiter.statistics();
            assertThat(statistics)
                    .isEqualTo(new CapacityLimiter.Statistics(1, Set.of(currentTask()), 1));
            assertThat(statistics.borrowedTokens()).isEqualTo(1);
            assertThat(statistics.availableTokens()).isZero();
            assertThat(limiter).hasToString("<CapacityLimiter borrowed=1/1 waiters=1>");
            limiter.release();
            await(waiter);
            assertThat(limiter).hasToString("<CapacityLimiter borrowed=0/1>");
        });
    }

    @Test
    void borrowerHasOneTokenAtMost() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(2);
        loops.run(() -> {
            await(limiter.acquireOnBehalfOf("user 7"));
            String message =
                    "expected a borrower without a token but it has one: release it first, "
                            + "or borrow on behalf of something else: user 7";
            assertThatThrownBy(() -> await(limiter.acquireOnBehalfOf("user 7")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
            assertThatThrownBy(() -> limiter.tryAcquireOnBehalfOf("user 7"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(message);
            assertThat(limiter.tryAcquire()).isTrue();
        });
    }

    @Test
    void borrowerThatWaitsTwiceFailsTheSecondTimeAndPassesTheTokenOn() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(2);
        loops.run(() -> {
            await(limiter.acquireOnBehalfOf("a"));
            await(limiter.acquireOnBehalfOf("b"));
            Task<?> once = createTask(limiter.acquireOnBehalfOf("c"));
            Task<?> twice = createTask(limiter.acquireOnBehalfOf("c"));
            Task<?> other = createTask(limiter.acquireOnBehalfOf("d"));
            yieldNow();
            limiter.releaseOnBehalfOf("a");
            limiter.releaseOnBehalfOf("b");
            await(once);
            assertThatThrownBy(() -> await(twice)).isInstanceOf(IllegalStateException.class);
            await(other);
            assertThat(limiter.statistics().borrowers()).containsExactlyInAnyOrder("c", "d");
        });
    }

    @Test
    void onlyWhoHasATokenCanGiveItBack() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(2);
        loops.run(() -> {
            assertThatThrownBy(() -> limiter.releaseOnBehalfOf("stranger"))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "expected a borrower with a token but it has none: release on behalf "
                                    + "of the one that acquired: stranger");
            await(limiter.acquire());
            limiter.release();
            assertThatThrownBy(limiter::release).isInstanceOf(IllegalStateException.class);
        });
    }

    @Test
    void moreTokensGoToThoseWhoWait() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(0);
        loops.run(() -> {
            Task<?> a = createTask(recordInside(limiter, "a"));
            Task<?> b = createTask(recordInside(limiter, "b"));
            yieldNow();
            assertThat(limiter.tryAcquire()).isFalse();
            limiter.setTotalTokens(2);
            await(a);
            await(b);
        });

        assertThat(log.events()).containsExactly("a", "b");
    }

    @Test
    void withFewerTokensThanAreOutNobodyGetsOneUntilEnoughAreBack() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(2);
        loops.run(() -> {
            await(limiter.acquireOnBehalfOf("a"));
            await(limiter.acquireOnBehalfOf("b"));
            limiter.setTotalTokens(1);
            assertThat(limiter.statistics().availableTokens()).isEqualTo(-1);
            limiter.releaseOnBehalfOf("a");
            assertThat(limiter.tryAcquire()).isFalse();
            limiter.releaseOnBehalfOf("b");
            assertThat(limiter.tryAcquire()).isTrue();
        });
    }

    @Test
    void waiterThatIsCancelledInTheTurnOfItsWakeUpPassesTheTokenOn() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(1);
        loops.run(() -> {
            await(limiter.acquire());
            Task<?> woken = createTask(recordInside(limiter, "woken"));
            Task<?> next = createTask(recordInside(limiter, "next"));
            yieldNow();
            limiter.release();
            woken.cancel();
            await(next);
        });

        assertThat(log.events()).containsExactly("next");
    }

    @Test
    void heldTokenMayBeGivenBackEarly() throws Exception {
        CapacityLimiter limiter = new CapacityLimiter(1);
        loops.run(() -> {
            try (var _ = await(limiter.holdOnBehalfOf("a"))) {
                limiter.releaseOnBehalfOf("a");
            }
            assertThat(limiter.statistics().borrowedTokens()).isZero();
        });
    }

    @Test
    void negativeTotalIsRefused() {
        assertThatThrownBy(() -> new CapacityLimiter(-1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("totalTokens must be at least 0, was -1");
        assertThatThrownBy(() -> new CapacityLimiter(1).setTotalTokens(-2))
                .hasMessage("totalTokens must be at least 0, was -2");
    }

    private Coroutine.Action recordInside(CapacityLimiter limiter, String event) {
        return () -> {
            try (var _ = await(limiter.hold())) {
                log.record(event);
                yieldNow();
            }
        };
    }
}
