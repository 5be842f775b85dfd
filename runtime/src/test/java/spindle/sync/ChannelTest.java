package spindle.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Recorder;
import spindle.Task;
import spindle.TestLoops;

@OnBothEngines
class ChannelTest {
    @RegisterExtension
    final TestLoops loops;

    private final Recorder log = new Recorder();

    ChannelTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @Nested
    class Buffered {
        private final Channel<String> channel = Channel.buffered(2);
        private final Sender<String> sender = channel.sender();
        private final Receiver<String> receiver = channel.receiver();

        @Test
        void sendsWithoutWaitingWhileThereIsRoom() throws Exception {
            loops.run(() -> {
                await(sender.send("a"));
                assertThat(sender.trySend("b")).isTrue();
                assertThat(sender.trySend("c")).isFalse();
                assertThat(channel.statistics())
                        .isEqualTo(new Channel.Statistics(2, 2, 2, 1, 1, 0, 0));
                assertThat(await(receiver.receive())).isEqualTo("a");
                assertThat(receiver.tryReceive()).contains("b");
                assertThat(receiver.tryReceive()).isEmpty();
                assertThat(channel.statistics())
                        .isEqualTo(new Channel.Statistics(2, 0, 2, 1, 1, 0, 0));
            });
        }

        @Test
        void sendersWaitForRoomInTheirOrder() throws Exception {
            loops.run(() -> {
                sender.trySend("a");
                sender.trySend("b");
                createTask(sender.send("c"));
                createTask(sender.send("d"));
                yieldNow();
                assertThat(channel)
                        .hasToString("<Channel buffered=2/2 senders=1 receivers=1 sending=2>");
                for (int i = 0; i < 4; i++) {
                    log.record(await(receiver.receive()));
                }
            });

            assertThat(log.events()).containsExactly("a", "b", "c", "d");
        }

        @Test
        void lateSenderDoesNotOvertakeOneThatWasWoken() throws Exception {
            loops.run(() -> {
                sender.trySend("a");
                sender.trySend("b");
                createTask(sender.send("c"));
                yieldNow();
                assertThat(receiver.tryReceive()).contains("a");
                assertThat(sender.trySend("late")).isFalse();
                assertThat(receiver.tryReceive()).contains("b");
                await(sender.send("d"));
                assertThat(receiver.tryReceive()).contains("c");
                assertThat(receiver.tryReceive()).contains("d");
            });
        }

        @Test
        void iterationEndsWhenTheLastSenderIsClosedAndAllIsReceived() throws Exception {
            loops.run(() -> {
                Sender<String> other = sender.copy();
                Task<?> reader = createTask(() -> {
                    for (String item : awaitEach(receiver)) {
                        log.record(item);
                    }
                    log.record("end");
                });
                await(sender.send("a"));
                sender.close();
                yieldNow();
                yieldNow();
                await(other.send("b"));
                other.close();
                await(reader);
                assertEnded(() -> await(receiver.receive()));
                assertEnded(receiver::tryReceive);
                assertThat(await(receiver.next())).isEmpty();
            });

            assertThat(log.events()).containsExactly("a", "b", "end");
        }

        @Test
        void sendFailsWhenTheLastReceiverIsClosed() throws Exception {
            loops.run(() -> {
                Receiver<String> other = receiver.copy();
                receiver.close();
                await(sender.send("a"));
                await(sender.send("b"));
                Task<?> waiting = createTask(sender.send("c"));
                yieldNow();
                other.close();
                assertBroken(() -> await(waiting));
                assertBroken(() -> await(sender.send("d")));
                assertBroken(() -> sender.trySend("d"));
                assertThat(channel).hasToString("<Channel buffered=0/2 senders=1 receivers=0>");
            });
        }

        @Test
        void receiverThatWasWokenStillGetsItsItemWhenTheLastReceiverIsClosed() throws Exception {
            loops.run(() -> {
                Task<String> woken = createTask(receiver.receive());
                yieldNow();
                sender.trySend("a");
                sender.trySend("dropped");
                receiver.close();
                assertThat(await(woken)).isEqualTo("a");
                assertThat(channel.statistics().bufferUsed()).isZero();
            });
        }

        @Test
        void itemOfAReceiverThatIsCancelledGoesToTheNext() throws Exception {
            loops.run(() -> {
                Task<String> woken = createTask(receiver.receive());
                Task<String> next = createTask(receiver.receive());
                yieldNow();
                sender.trySend("a");
                woken.cancel();
                assertThat(await(next)).isEqualTo("a");
            });
        }

        @Test
        void roomOfASenderWhoseEndIsClosedGoesToTheNext() throws Exception {
            loops.run(() -> {
                Sender<String> closing = sender.copy();
                sender.trySend("a");
                sender.trySend("b");
                Task<?> woken = createTask(closing.send("c"));
                Task<?> next = createTask(sender.send("d"));
                yieldNow();
                assertThat(receiver.tryReceive()).contains("a");
                closing.close();
                assertThatThrownBy(() -> await(woken)).isInstanceOf(ChannelClosedException.class);
                await(next);
                assertThat(receiver.tryReceive()).contains("b");
                assertThat(receiver.tryReceive()).contains("d");
            });
        }

        @Test
        void senderThatIsCancelledInTheTurnOfItsWakeUpHasNotSent() throws Exception {
            loops.run(() -> {
                sender.trySend("a");
                sender.trySend("b");
                Task<?> woken = createTask(sender.send("c"));
                Task<?> next = createTask(sender.send("d"));
                yieldNow();
                assertThat(receiver.tryReceive()).contains("a");
                woken.cancel();
                await(next);
                assertThat(receiver.tryReceive()).contains("b");
                assertThat(receiver.tryReceive()).contains("d");
                assertThat(woken.isCancelled()).isTrue();
            });
        }
    }

    @Nested
    class Rendezvous {
        private final Channel<String> channel = Channel.rendezvous();
        private final Sender<String> sender = channel.sender();
        private final Receiver<String> receiver = channel.receiver();

        @Test
        void sendWaitsForAReceiver() throws Exception {
            loops.run(() -> {
                assertThat(sender.trySend("nobody there")).isFalse();
                Task<?> sending = createTask(sender.send("a"));
                yieldNow();
                yieldNow();
                assertThat(sending.isDone()).isFalse();
                assertThat(await(receiver.receive())).isEqualTo("a");
                await(sending);
                assertThat(channel.statistics())
                        .isEqualTo(new Channel.Statistics(0, 0, 0, 1, 1, 0, 0));
            });
        }

        @Test
        void receiveWaitsForASender() throws Exception {
            loops.run(() -> {
                assertThat(receiver.tryReceive()).isEmpty();
                Task<String> receiving = createTask(receiver.receive());
                yieldNow();
                assertThat(channel)
                        .hasToString("<Channel buffered=0/0 senders=1 receivers=1 receiving=1>");
                assertThat(sender.trySend("a")).isTrue();
                assertThat(sender.trySend("nobody else there")).isFalse();
                assertThat(await(receiving)).isEqualTo("a");
                assertThat(channel.statistics().peakBufferUsed()).isZero();
            });
        }

        @Test
        void tryReceiveTakesFromThoseWhoWaitToSend() throws Exception {
            loops.run(() -> {
                Task<?> first = createTask(sender.send("a"));
                Task<?> second = createTask(sender.send("b"));
                yieldNow();
                assertThat(receiver.tryReceive()).contains("a");
                assertThat(receiver.tryReceive()).contains("b");
                assertThat(receiver.tryReceive()).isEmpty();
                await(first);
                await(second);
            });
        }

        @Test
        void sendThatIsCancelledHasNotSent() throws Exception {
            loops.run(() -> {
                Task<?> cancelled = createTask(sender.send("a"));
                Task<?> sending = createTask(sender.send("b"));
                yieldNow();
                cancelled.cancel();
                assertThat(receiver.tryReceive()).contains("b");
                assertThat(receiver.tryReceive()).isEmpty();
                await(sending);
            });
        }

        @Test
        void sendThatIsCancelledInTheTurnInWhichItsItemWasTakenHasSent() throws Exception {
            loops.run(() -> {
                Task<?> sending = createTask(sender.send("a"));
                yieldNow();
                assertThat(receiver.tryReceive()).contains("a");
                sending.cancel();
                assertThatThrownBy(() -> await(sending)).isInstanceOf(CancelledError.class);
                assertThat(receiver.tryReceive()).isEmpty();
            });
        }

        @Test
        void itemOfAReceiverThatIsCancelledWaitsForTheNext() throws Exception {
            loops.run(() -> {
                Task<String> cancelled = createTask(receiver.receive());
                yieldNow();
                await(sender.send("a"));
                cancelled.cancel();
                assertThatThrownBy(() -> await(cancelled)).isInstanceOf(CancelledError.class);
                assertThat(sender.trySend("nobody there")).isFalse();
                assertThat(await(receiver.receive())).isEqualTo("a");
            });
        }

        @Test
        void receiverThatWasCancelledIsNobodyToSendTo() throws Exception {
            loops.run(() -> {
                Task<String> cancelled = createTask(receiver.receive());
                yieldNow();
                cancelled.cancel();
                assertThat(sender.trySend("nobody there")).isFalse();
            });
        }

        @Test
        void senderThatCameBeforeAWokenReceiverRunsIsNext() throws Exception {
            loops.run(() -> {
                Task<?> first = createTask(record("first"));
                yieldNow();
                assertThat(sender.trySend("a")).isTrue();
                Task<?> sending = createTask(sender.send("b"));
                Task<?> second = createTask(record("second"));
                await(first);
                await(second);
                await(sending);
            });

            assertThat(log.events()).containsExactly("first a", "second b");
        }

        private Coroutine.Action record(String who) {
            return () -> log.record(who + " " + await(receiver.receive()));
        }
    }

    @Nested
    class Ends {
        private final Channel<String> channel = Channel.rendezvous();
        private final Sender<String> sender = channel.sender();
        private final Receiver<String> receiver = channel.receiver();

        @Test
        void closedEndCannotBeUsed() throws Exception {
            loops.run(() -> {
                Sender<String> closedSender = sender.copy();
                Receiver<String> closedReceiver = receiver.copy();
                closedSender.close();
                closedSender.close();
                closedReceiver.close();
                closedReceiver.close();
                String message =
                        "this end of the channel was closed: make a copy for each task that "
                                + "closes one: ";
                String of = " closed of=<Channel buffered=0/0 senders=1 receivers=1>>";

                assertThat(closedSender.isClosed()).isTrue();
                assertThat(closedReceiver.isClosed()).isTrue();
                assertClosed(() -> await(closedSender.send("a")), message + "<Sender" + of);
                assertClosed(() -> closedSender.trySend("a"), message + "<Sender" + of);
                assertClosed(closedSender::copy, message + "<Sender" + of);
                assertClosed(() -> await(closedReceiver.receive()), message + "<Receiver" + of);
                assertClosed(() -> await(closedReceiver.next()), message + "<Receiver" + of);
                assertClosed(closedReceiver::tryReceive, message + "<Receiver" + of);
                assertClosed(closedReceiver::copy, message + "<Receiver" + of);
            });
        }

        @Test
        void closingAnEndFailsThoseWhoWaitThereAndNobodyElse() throws Exception {
            loops.run(() -> {
                Receiver<String> closing = receiver.copy();
                Task<String> failing = createTask(closing.receive());
                Task<String> waiting = createTask(receiver.receive());
                yieldNow();
                closing.close();
                assertThatThrownBy(() -> await(failing)).isInstanceOf(ChannelClosedException.class);
                assertThat(sender.trySend("a")).isTrue();
                assertThat(await(waiting)).isEqualTo("a");
            });
        }

        @Test
        void closingASenderWithdrawsWhatWaitsThere() throws Exception {
            loops.run(() -> {
                Sender<String> closing = sender.copy();
                Task<?> failing = createTask(closing.send("withdrawn"));
                Task<?> sending = createTask(sender.send("a"));
                yieldNow();
                closing.close();
                assertThat(receiver.tryReceive()).contains("a");
                assertThatThrownBy(() -> await(failing)).isInstanceOf(ChannelClosedException.class);
                await(sending);
            });
        }

        @Test
        void lastSenderThatClosesEndsTheWaitOfAllReceivers() throws Exception {
            loops.run(() -> {
                Task<String> first = createTask(receiver.receive());
                Task<String> second = createTask(receiver.receive());
                yieldNow();
                sender.close();
                assertEnded(() -> await(first));
                assertEnded(() -> await(second));
            });
        }

        @Test
        void hangingTaskShowsWhatItWaitsFor() throws Exception {
            loops.run(() -> {
                Task<?> sending = createTask(sender.send("a"));
                yieldNow();
                assertThat(sending.toString())
                        .contains("wait_for=<Future pending for=<Sender open of=<Channel "
                                + "buffered=0/0 senders=1 receivers=1 sending=1>>");
                sending.cancel();
            });
        }

        @Test
        void nullIsRefused() {
            String none = null;

            assertThatThrownBy(() -> sender.trySend(none))
                    .isInstanceOf(NullPointerException.class)
                    .hasMessage("item is null: a channel carries none, since nobody could tell it "
                            + "from its end");
        }

        @Test
        void bufferOfNothingIsRefused() {
            assertThatThrownBy(() -> Channel.buffered(0))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(
                            "capacity must be at least 1, was 0: for a channel without a buffer "
                                    + "use rendezvous()");
        }

        private void assertClosed(ThrowingCallable code, String message) {
            assertThatThrownBy(code).isInstanceOf(ChannelClosedException.class).hasMessage(message);
        }
    }

    private static void assertEnded(ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOf(EndOfChannelException.class)
                .hasMessageStartingWith(
                        "all senders are closed and everything was received: <Channel ");
    }

    private static void assertBroken(ThrowingCallable code) {
        assertThatThrownBy(code)
                .isInstanceOf(BrokenChannelException.class)
                .hasMessageStartingWith(
                        "all receivers are closed, nobody would take the item: <Channel ");
    }
}
