package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.yieldNow;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CancelledError;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.TestLoops;
import spindle.Torture;
import spindle.TortureRun;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

@OnBothEngines
class ChannelTortureTest {
    @RegisterExtension
    final TestLoops loops;

    private final Torture torture;

    ChannelTortureTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
        torture = new Torture(loops);
    }

    @Test
    void rendezvousSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new ChannelProgram(Channel.rendezvous()));
    }

    @Test
    void rendezvousSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new ChannelProgram(Channel.rendezvous()));
    }

    @Test
    void bufferedChannelSurvivesRandomCancels() {
        torture.cancelAtRandom(() -> new ChannelProgram(Channel.buffered(2)));
    }

    @Test
    void bufferedChannelSurvivesACancelInEveryTurn() {
        torture.cancelInEveryTurn(() -> new ChannelProgram(Channel.buffered(1)));
    }

    /// Tasks that send and tasks that receive, some through the same end, which one of them may
    /// close for the others.
    private static final class ChannelProgram implements Torture.Program {
        private final Channel<Integer> channel;
        private final Set<Integer> sent = new HashSet<>();
        private final Set<Integer> cancelled = new HashSet<>();
        private final List<Integer> received = new ArrayList<>();
        private final List<Sender<Integer>> senders = new ArrayList<>();
        private final List<Receiver<Integer>> receivers = new ArrayList<>();
        private Fairness receiversFairness;
        private boolean keepsOrder;
        private int next;

        ChannelProgram(Channel<Integer> channel) {
            this.channel = channel;
        }

        @Override
        public void start(TortureRun run) {
            receiversFairness = new Fairness(run.keepsOrder());
            keepsOrder = run.keepsOrder();
            senders.add(channel.sender());
            receivers.add(channel.receiver());
            for (int i = 0; i < 3; i++) {
                senders.add(channel.sender().copy());
                receivers.add(channel.receiver().copy());
            }
            for (int i = 0; i < 4; i++) {
                Receiver<Integer> receiver = receivers.get(1 + i % 3);
                run.startRounds("receiver " + i, 4, () -> receive(run, receiver));
            }
            for (int i = 0; i < 4; i++) {
                Sender<Integer> sender = senders.get(1 + i % 3);
                run.startRounds("sender " + i, 4, () -> send(run, sender));
            }
        }

        private void send(TortureRun run, Sender<Integer> sender) throws Exception {
            int item = next++;
            try {
                if (run.oneIn(4)) {
                    if (sender.trySend(item)) {
                        sent.add(item);
                    }
                } else {
                    spindle.Async.await(sender.send(item));
                    sent.add(item);
                }
                run.strike();
                if (run.oneIn(8)) {
                    sender.close();
                }
            } catch (CancelledError error) {
                cancelled.add(item);
                throw error;
            } catch (ChannelClosedException expected) {
                assertThat(sender.isClosed()).isTrue();
            }
        }

        private void receive(TortureRun run, Receiver<Integer> receiver) throws Exception {
            try {
                switch (run.below(4)) {
                    case 0 -> {
                        Optional<Integer> item = receiver.tryReceive();
                        if (item.isPresent()) {
                            receiversFairness.servedAtOnce();
                            received.add(item.get());
                        }
                    }
                    case 1 ->
                        receiversFairness
                                .await(receiver.next(), receiver::isClosed)
                                .ifPresent(received::add);
                    default ->
                        received.add(
                                receiversFairness.await(receiver.receive(), receiver::isClosed));
                }
                run.strike();
                if (run.oneIn(8)) {
                    receiver.close();
                }
            } catch (ChannelClosedException expected) {
                assertThat(receiver.isClosed()).isTrue();
            } catch (EndOfChannelException expected) {
                assertThat(channel.statistics().openSenders()).isZero();
            }
        }

        /// By now, nobody waits to send while somebody waits to receive, or while there is room.
        @Override
        public void finish(TortureRun run) throws Exception {
            Channel.Statistics statistics = channel.statistics();
            if (statistics.waitingToReceive() > 0) {
                assertThat(statistics.waitingToSend()).isZero();
                assertThat(statistics.bufferUsed()).isZero();
            }
            if (statistics.waitingToSend() > 0) {
                assertThat(statistics.bufferUsed()).isGreaterThanOrEqualTo(statistics.capacity());
            }
            for (int i = 0; i < 50; i++) {
                channel.receiver().tryReceive().ifPresent(received::add);
                yieldNow();
            }
            assertThat(channel.statistics().waitingToSend()).isZero();
            senders.forEach(Sender::close);
            receivers.forEach(Receiver::close);
        }

        @Override
        public void check() {
            if (keepsOrder) {
                assertThat(received).as("received, in the order of sending").isSorted();
            }
            assertThat(received).doesNotHaveDuplicates().containsAll(sent);
            Set<Integer> surplus = new HashSet<>(received);
            surplus.removeAll(sent);
            if (channel.statistics().capacity() == 0) {
                assertThat(cancelled).containsAll(surplus);
            } else {
                assertThat(surplus).as("cancelled, and yet received").isEmpty();
            }
            assertThat(channel.statistics().waitingToSend()).isZero();
            assertThat(channel.statistics().waitingToReceive()).isZero();
        }
    }
}
