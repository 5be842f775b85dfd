package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.waitAll;
import static spindle.Async.yieldNow;
import static spindle.http.body.BodyRun.bytesOf;
import static spindle.http.body.BodyRun.isSoon;
import static spindle.http.body.BodyRun.sending;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import spindle.CoroutineEngine;
import spindle.Task;
import spindle.sync.BrokenChannelException;
import spindle.sync.Channel;
import spindle.sync.Receiver;
import spindle.sync.Sender;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/// Bodies that come piece by piece, from a sequence or an input stream.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class StreamBodyTest {
    private final BodyRun loop;

    StreamBodyTest(CoroutineEngine engine) {
        loop = new BodyRun(engine);
    }

    // --- Sequences ---

    /// An empty chunk would end the body.
    @Test
    void anEmptyPieceIsNotWritten() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            await(RequestBody.stream(new Pieces("", "ab", "", "c", "")).writeTo(sink));

            assertThat(sink.sizes()).containsExactly(2, 1);
        });
    }

    @Test
    void aReceiverIsASequenceOfPieces() throws Exception {
        loop.run(() -> {
            Channel<ByteBuffer> channel = Channel.rendezvous();
            RecordingSink sink = new RecordingSink();
            Task<?> sending = createTask(RequestBody.stream(channel.receiver()).writeTo(sink));
            try (Sender<ByteBuffer> sender = channel.sender()) {
                await(sender.send(ByteBuffer.wrap("one".getBytes(UTF_8))));
                await(sender.send(ByteBuffer.wrap("two!".getBytes(UTF_8))));
            }
            await(sending);

            assertThat(sink.sizes()).containsExactly(3, 4);
        });
    }

    @Test
    void aReceiverIsClosedWhenTheUploadFails() throws Exception {
        loop.run(() -> {
            Channel<ByteBuffer> channel = Channel.rendezvous();
            Receiver<ByteBuffer> receiver = channel.receiver();
            Task<?> sending =
                    createTask(sending(RequestBody.stream(receiver), RecordingSink.failingAt(0)));
            Sender<ByteBuffer> sender = channel.sender();
            await(sender.send(ByteBuffer.allocate(1)));

            assertThatThrownBy(() -> await(sending)).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> await(sender.send(ByteBuffer.allocate(1))))
                    .isInstanceOf(BrokenChannelException.class);
        });
    }

    @Test
    void aSequenceThatFailsIsClosedAndFailsTheBody() throws Exception {
        loop.run(() -> {
            IOException failure = new IOException("the source broke");
            RequestBody body = RequestBody.stream(() -> () -> () -> {
                throw failure;
            });

            assertThatThrownBy(() -> bytesOf(body)).isSameAs(failure);
        });
    }

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 3, 5, 6})
    void tooLongASequenceFailsBeforeTheSurplusIsWritten(long length) throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            Pieces pieces = new Pieces("abc", "def", "g");

            assertThatThrownBy(() -> await(RequestBody.stream(pieces, length).writeTo(sink)))
                    .isInstanceOf(IOException.class)
                    .hasMessageMatching("expected a body of " + length
                            + " bytes but found at least [367] in <RequestBody stream length="
                            + length + " type='application/octet-stream'>");
            assertThat(sink.bytes().length).isLessThanOrEqualTo((int) length);
            assertThat(pieces.isClosed()).isTrue();
        });
    }

    @Test
    void tooShortASequenceFails() throws Exception {
        loop.run(() -> {
            RequestBody body = RequestBody.stream(() -> new Pieces("abc"), 4);

            assertThatThrownBy(() -> bytesOf(body))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith("expected a body of 4 bytes but found only 3 in <");
        });
    }

    @Test
    void aNegativeLengthIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> RequestBody.stream(new Pieces(), -1))
                .withMessage("length must be at least 0, was -1: leave it out if it is not known");
    }

    @Test
    void eachAttemptBeginsASequenceOfItsOwn() throws Exception {
        loop.run(() -> {
            int[] begun = {0};
            RequestBody body = RequestBody.stream(() -> new Pieces("attempt " + ++begun[0]));

            assertThat(bytesOf(body)).asString().isEqualTo("attempt 1");
            assertThat(bytesOf(body)).asString().isEqualTo("attempt 2");
        });
    }

    // --- Input streams ---

    @Test
    void anInputStreamIsReadInPieces() throws Exception {
        loop.run(() -> {
            RecordingSink sink = new RecordingSink();
            TrackedInput input = new TrackedInput(new byte[40_000]);
            await(RequestBody.stream(input).writeTo(sink));

            assertThat(sink.sizes()).containsExactly(16_384, 16_384, 7_232);
            assertThat(input.isClosed()).isTrue();
        });
    }

    @Test
    void anInputStreamThatFailsIsClosedAndFailsTheBody() throws Exception {
        loop.run(() -> {
            TrackedInput input = new TrackedInput(new byte[0]) {
                @Override
                int readPiece(byte[] target, int offset, int length) throws IOException {
                    throw new IOException("the disk broke");
                }
            };

            assertThatThrownBy(() -> bytesOf(RequestBody.stream(input)))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the disk broke");
            assertThat(input.isClosed()).isTrue();
        });
    }

    @Test
    void anInputStreamThatCannotBeClosedFailsTheBody() throws Exception {
        loop.run(() -> {
            TrackedInput input = new TrackedInput(new byte[1]) {
                @Override
                public void close() throws IOException {
                    throw new IOException("the checksum is wrong");
                }
            };

            assertThatThrownBy(() -> bytesOf(RequestBody.stream(input)))
                    .hasMessage("the checksum is wrong");
        });
    }

    @Test
    void anInputStreamThatIsStuckDoesNotHoldACancellationUp() throws Exception {
        loop.run(() -> {
            TrackedInput.Stuck input = new TrackedInput.Stuck();
            RecordingSink sink = new RecordingSink();
            Task<?> task = createTask(sending(RequestBody.stream(input), sink));
            assertThat(isSoon(() -> input.entered.getCount() == 0)).isTrue();
            task.cancel();
            await(waitAll(List.of(task)));

            assertThat(task.isCancelled()).isTrue();
            assertThat(input.isClosed()).isFalse();
            input.release.countDown();
            assertThat(isSoon(input::isClosed)).isTrue();
            assertThat(input.wasClosedWhileReading()).isFalse();
            assertThat(sink.operations()).isZero();
        });
    }

    @Test
    void theLoopRunsOnWhileAnInputStreamIsStuck() throws Exception {
        loop.run(() -> {
            TrackedInput.Stuck input = new TrackedInput.Stuck();
            Task<byte[]> task = createTask(() -> bytesOf(RequestBody.stream(input)));
            for (int i = 0; i < 100; i++) {
                yieldNow();
            }
            assertThat(task.isDone()).isFalse();
            input.release.countDown();

            assertThat(await(task)).containsExactly(1);
        });
    }

    @Test
    void anInputStreamThatEndsEarlyFails() throws Exception {
        loop.run(() -> {
            TrackedInput input = new TrackedInput(new byte[3]);

            assertThatThrownBy(() -> bytesOf(RequestBody.stream(input, 4)))
                    .hasMessageStartingWith("expected a body of 4 bytes but found only 3");
            assertThat(input.isClosed()).isTrue();
        });
    }

    @Test
    void discardingOutsideALoopClosesTheInputStream() throws Exception {
        TrackedInput input = new TrackedInput(new byte[3]);
        RequestBody body = RequestBody.stream(input);
        body.discard();
        body.discard();
        long deadline = System.nanoTime() + 5_000_000_000L;
        while (!input.isClosed() && System.nanoTime() < deadline) {
            Thread.onSpinWait();
        }

        assertThat(input.isClosed()).isTrue();
    }
}
