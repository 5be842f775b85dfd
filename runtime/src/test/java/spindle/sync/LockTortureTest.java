package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.EventLoop;
import spindle.Future;
import spindle.OnBothEngines;
import spindle.TestLoops;
import spindle.Torture;
import spindle.TortureRun;

import java.util.ArrayList;
import java.util.List;

@OnBothEngines
class LockTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    LockTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void lockSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new LockProgram(new RealLock()));
    }

    @Test
    void lockSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new LockProgram(new RealLock()));
    }

    /// What a torture doesn't find in a broken lock, it wouldn't find in ours.
    @ParameterizedTest
    @EnumSource
    void tortureFindsWhatIsWrongWithABrokenLock(Fault fault) {
        assertThatThrownBy(
                        () -> torture.cancelAtRandom(() -> new LockProgram(new BrokenLock(fault))))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)seed (\\d+), rerun with -Dspindle.torture.seed=\\1: .*"
                        + fault.symptom + ".*");
    }

    @Test
    void cancelInEveryTurnFindsALostWakeUp() {
        assertThatThrownBy(() -> torture.cancelInEveryTurn(
                        () -> new LockProgram(new BrokenLock(Fault.LOSES_WAKE_UPS))))
                .isInstanceOf(AssertionError.class)
                .hasMessageMatching("(?s)seed \\d+, task \\d+ cancelled in turn \\d+: .*ended.*");
    }

    /// Tasks that do something inside a lock, where no two may ever be.
    private static final class LockProgram implements Torture.Program {
        private final Mutex lock;
        private Fairness fairness;
        private int inside;

        LockProgram(Mutex lock) {
            this.lock = lock;
        }

        @Override
        public void start(TortureRun run) {
            fairness = new Fairness(run.keepsOrder());
            for (int i = 0; i < 5; i++) {
                run.startRounds("user " + i, 3, () -> use(run));
            }
        }

        private void use(TortureRun run) throws Exception {
            if (!run.oneIn(5)) {
                fairness.await(lock.acquire());
            } else if (lock.tryAcquire()) {
                fairness.servedAtOnce();
            } else {
                return;
            }
            try {
                assertThat(++inside).as("tasks inside").isEqualTo(1);
                run.strike();
                run.pause();
            } finally {
                inside--;
                lock.release();
                run.strike();
            }
        }

        @Override
        public void check() {
            assertThat(inside).isZero();
            assertThat(lock).hasToString("<Lock unlocked>");
        }
    }

    // --- Locks ---

    private interface Mutex {
        Coroutine<?> acquire();

        boolean tryAcquire();

        void release();
    }

    private record RealLock(Lock lock) implements Mutex {
        RealLock() {
            this(new Lock());
        }

        @Override
        public Coroutine<?> acquire() {
            return lock.acquire();
        }

        @Override
        public boolean tryAcquire() {
            return lock.tryAcquire();
        }

        @Override
        public void release() {
            lock.release();
        }

        @Override
        public String toString() {
            return lock.toString();
        }
    }

    enum Fault {
        /// A waiter that is cancelled in the turn of its wake-up keeps it.
        LOSES_WAKE_UPS("ended"),
        /// Who comes between a release and the next turn is before those who wait.
        LETS_OTHERS_BARGE_IN("was overtaken by"),
        /// That one, and the one who was woken, both get in.
        LETS_TWO_IN("(tasks inside|was overtaken by)");

        private final String symptom;

        Fault(String symptom) {
            this.symptom = symptom;
        }
    }

    /// A lock as one might write it on a first attempt.
    private static final class BrokenLock implements Mutex {
        private final Fault fault;
        private final List<Future<Boolean>> waiting = new ArrayList<>();
        private boolean locked;
        private boolean promised;

        BrokenLock(Fault fault) {
            this.fault = fault;
        }

        @Override
        public Coroutine<?> acquire() {
            return () -> {
                while (!tryAcquire()) {
                    Future<Boolean> turn = EventLoop.current().createFuture(this);
                    waiting.add(turn);
                    try {
                        await(turn);
                    } catch (Throwable interruption) {
                        waiting.remove(turn);
                        if (turn.isDone() && !turn.isCancelled()) {
                            passOn();
                        }
                        throw interruption;
                    }
                    promised = false;
                    if (fault == Fault.LETS_TWO_IN) {
                        break;
                    }
                }
                locked = true;
                return null;
            };
        }

        private void passOn() {
            if (fault != Fault.LOSES_WAKE_UPS) {
                promised = false;
                wakeNext();
            }
        }

        @Override
        public boolean tryAcquire() {
            if (locked || (promised && fault == Fault.LOSES_WAKE_UPS)) {
                return false;
            }
            locked = true;
            return true;
        }

        @Override
        public void release() {
            locked = false;
            wakeNext();
        }

        private void wakeNext() {
            while (!waiting.isEmpty() && !promised) {
                Future<Boolean> turn = waiting.removeFirst();
                if (!turn.isDone()) {
                    promised = true;
                    turn.setResult(true);
                }
            }
        }

        @Override
        public String toString() {
            return locked ? "<Lock locked>" : "<Lock unlocked>";
        }
    }
}
