package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.gather;
import static spindle.Async.gatherOutcomes;
import static spindle.Async.sleep;
import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

@OnBothEngines
class GatherOutcomesTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final TestLoops loops;

    GatherOutcomesTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Test
    void lambdasCanBeGathered() throws Exception {
        loops.run(() -> {
            assertThat(await(gather(() -> "a", () -> "b"))).containsExactly("a", "b");
            assertThat(await(gather(() -> await(sleep(SECOND))))).hasSize(1);
            assertThat(await(gatherOutcomes(() -> 1, () -> 2)))
                    .containsExactly(new Outcome.Success<>(1), new Outcome.Success<>(2));
        });
    }

    @Test
    void waitForAllHoweverTheyEnd() throws Exception {
        IOException failure = new IOException("failure");

        loops.run(() -> {
            Task<String> cancelled = createTask(() -> {
                await(sleep(SECOND));
                return "not reached";
            });
            Task<String> failing = createTask(() -> {
                throw failure;
            });
            Task<String> slow = createTask(() -> {
                await(sleep(SECOND.multipliedBy(2)));
                return "slow";
            });
            cancelled.cancel("enough");

            List<Outcome<String>> outcomes =
                    await(gatherOutcomes(List.of(cancelled, failing, slow)));

            assertThat(outcomes.get(0)).isInstanceOf(Outcome.Cancelled.class);
            assertThat(outcomes.get(1)).isEqualTo(new Outcome.Failure<>(failure));
            assertThat(outcomes.get(2)).isEqualTo(new Outcome.Success<>("slow"));
        });
    }

    @Test
    void ofNothingAreNone() throws Exception {
        loops.run(() -> {
            assertThat(await(gatherOutcomes(List.<Coroutine<String>>of()))).isEmpty();
        });
    }

    @Test
    void cancellingTheGatheringThrowsInsteadOfGivingOutcomes() throws Exception {
        loops.run(() -> {
            Future<List<Outcome<Object>>> gathering = gatherOutcomes(() -> await(sleep(SECOND)));
            yieldNow();

            gathering.cancel();

            assertThatThrownBy(() -> await(gathering)).isInstanceOf(CancelledError.class);
        });
    }

    @Test
    void childThatFailedBeforeTheGatheringWasCancelledIsNotReported() throws Exception {
        loops.run(() -> {
            Future<List<Outcome<Object>>> gathering = gatherOutcomes(
                    () -> {
                        throw new IOException("early");
                    },
                    () -> await(sleep(Duration.ofHours(1))));
            await(sleep(SECOND));

            gathering.cancel();

            assertThatThrownBy(() -> await(gathering)).isInstanceOf(CancelledError.class);
        });

        assertThat(loops.reports().takeAll()).isEmpty();
    }
}
