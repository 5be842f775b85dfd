package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import static spindle.Async.await;
import static spindle.Async.awaitEach;
import static spindle.Async.createTask;
import static spindle.Async.yieldNow;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import spindle.CancelledError;
import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;
import spindle.Task;
import spindle.TestLoops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

@OnBothEngines
class StreamReaderTest {
    private static final byte[] LF = {'\n'};
    private static final byte[] CRLF = {'\r', '\n'};

    @RegisterExtension
    final TestLoops loops;

    private final List<String> flow = new ArrayList<>();

    StreamReaderTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    // --- Some of it ---

    @Test
    void readTakesWhatIsThere() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            feed(reader, "abc");
            feed(reader, "def");

            assertThat(text(await(reader.read(4)))).isEqualTo("abcd");
            assertThat(text(await(reader.read(100)))).isEqualTo("ef");
        });
    }

    @Test
    void readWaitsForTheFirstByte() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            Task<byte[]> reading = createTask(reader.read(100));
            yieldNow();
            assertThat(reading.isDone()).isFalse();

            feed(reader, "late");

            assertThat(text(await(reading))).isEqualTo("late");
        });
    }

    @Test
    void readOfNothingDoesNotWait() throws Exception {
        loops.run(() -> assertThat(await(newReader().read(0))).isEmpty());
    }

    @Test
    void readIsEmptyAtTheEndOfTheStreamAndStaysSo() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            feed(reader, "last");
            reader.feedEnd();

            assertThat(reader.isAtEnd()).isFalse();
            assertThat(text(await(reader.read(100)))).isEqualTo("last");
            assertThat(reader.isAtEnd()).isTrue();
            assertThat(await(reader.read(100))).isEmpty();
            assertThat(await(reader.read(100))).isEmpty();
        });
    }

    @Test
    void endWakesWhoeverWaits() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            Task<byte[]> reading = createTask(reader.read(100));
            yieldNow();

            reader.feedEnd();

            assertThat(await(reading)).isEmpty();
        });
    }

    @Test
    void readToABufferFillsWhatThereIsRoomFor() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            feed(reader, "abcdef");
            reader.feedEnd();
            ByteBuffer target = ByteBuffer.allocate(4);

            assertThat(await(reader.read(target))).isEqualTo(4);
            assertThat(await(reader.read(target))).isZero();
            assertThat(text(target.array())).isEqualTo("abcd");
            assertThat(await(reader.read(target.clear()))).isEqualTo(2);
            assertThat(await(reader.read(target))).isEqualTo(-1);
        });
    }

    // --- So much ---

    @Test
    void readExactlyTakesThatManyHoweverTheyCome() throws Exception {
        forEverySplit("0123456789", (reader, split) -> {
            assertThat(text(await(reader.readExactly(7)))).as(split).isEqualTo("0123456");
            assertThat(await(reader.readExactly(0))).as(split).isEmpty();
            assertThat(text(await(reader.readExactly(3)))).as(split).isEqualTo("789");
        });
    }

    @Test
    void readExactlyOfMoreThanThereIsCarriesWhatThereWas() throws Exception {
        forEverySplit("0123", (reader, split) -> {
            IncompleteReadException failure = catchThrowableOfType(
                    IncompleteReadException.class, () -> await(reader.readExactly(5)));

            assertThat(failure).hasMessage("the stream ended after 4 bytes of 5 bytes");
            assertThat(text(failure.partial())).as(split).isEqualTo("0123");
            assertThat(reader.isAtEnd()).isTrue();
        });
    }

    @Test
    void readExactlyOfMoreThanIsReadAheadResumesTheSource() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader(10);
            feed(reader, "x".repeat(30));
            assertThat(flow).containsExactly("pause");

            Task<byte[]> reading = createTask(reader.readExactly(100));
            yieldNow();
            assertThat(flow).containsExactly("pause", "resume");
            feed(reader, "x".repeat(40));
            yieldNow();
            yieldNow();
            feed(reader, "x".repeat(30));

            assertThat(await(reading)).hasSize(100);
        });
    }

    @Test
    void readAllTakesEverythingUpToTheEnd() throws Exception {
        forEverySplit(
                "all of it",
                (reader, split) -> assertThat(text(await(reader.readAll(9))))
                        .as(split)
                        .isEqualTo("all of it"));
    }

    @Test
    void readAllOfMoreThanTheLimitFailsAndTakesNothing() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            feed(reader, "0123456789");
            reader.feedEnd();

            assertThatThrownBy(() -> await(reader.readAll(9)))
                    .isInstanceOf(LimitOverrunException.class)
                    .hasMessage("expected the end of the stream within 9 bytes but 10 have come: "
                            + "give a higher limit, if the peer may send that much")
                    .extracting(failure -> ((LimitOverrunException) failure).available())
                    .isEqualTo(10);
            assertThat(text(await(reader.readAll(10)))).isEqualTo("0123456789");
        });
    }

    // --- Up to a separator ---

    @Test
    void readUntilTakesTheSeparatorTooHoweverItIsSplit() throws Exception {
        forEverySplit("one\r\n\ntwo\r\n", (reader, split) -> {
            assertThat(text(await(reader.readUntil(CRLF)))).as(split).isEqualTo("one\r\n");
            assertThat(text(await(reader.readUntil(CRLF)))).as(split).isEqualTo("\ntwo\r\n");
        });
    }

    @Test
    void readUntilOneOfSeveralEndsWithTheOneThatEndsFirst() throws Exception {
        forEverySplit("aXYZbXY", (reader, split) -> {
            byte[] longer = "XYZ".getBytes(UTF_8);
            byte[] shorter = "YZ".getBytes(UTF_8);
            byte[] shortest = "XY".getBytes(UTF_8);

            assertThat(text(await(reader.readUntil(longer, shortest, shorter))))
                    .as(split)
                    .isEqualTo("aXY");
            assertThat(text(await(reader.readUntil(longer, shortest))))
                    .as(split)
                    .isEqualTo("ZbXY");
        });
    }

    @Test
    void readUntilASeparatorThatRepeatsItself() throws Exception {
        forEverySplit(
                "aaab",
                (reader, split) -> assertThat(text(await(reader.readUntil("aab".getBytes(UTF_8)))))
                        .as(split)
                        .isEqualTo("aaab"));
    }

    @Test
    void readUntilTheEndOfTheStreamCarriesWhatThereWas() throws Exception {
        forEverySplit("no end", (reader, split) -> {
            IncompleteReadException failure = catchThrowableOfType(
                    IncompleteReadException.class, () -> await(reader.readUntil(LF)));

            assertThat(text(failure.partial())).as(split).isEqualTo("no end");
        });
    }

    @Test
    void separatorWithinTheLimitIsFoundAndOneBeyondIsNot() throws Exception {
        forEverySplit("abcd\n", (reader, split) -> {
            assertThatThrownBy(() -> await(reader.readUntil(4, LF)))
                    .as(split)
                    .isInstanceOf(LimitOverrunException.class)
                    .hasMessageStartingWith("expected a separator within 4 bytes");
            assertThat(text(await(reader.readUntil(5, LF)))).as(split).isEqualTo("abcd\n");
        });
    }

    @Test
    void separatorsAreChecked() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            assertThatIllegalArgumentException().isThrownBy(() -> reader.readUntil());
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> reader.readUntil(LF, new byte[0]));
            assertThatIllegalArgumentException().isThrownBy(() -> reader.read(-1));
            assertThatIllegalArgumentException().isThrownBy(() -> reader.chunks(0));
        });
    }

    // --- Lines ---

    @Test
    void linesEndWithALineFeedWithOrWithoutACarriageReturnOrWithTheStream() throws Exception {
        forEverySplit("one\ntwo\r\n\n\rthree\r", (reader, split) -> {
            List<String> lines = new ArrayList<>();
            for (String line : awaitEach(reader.lines())) {
                lines.add(line);
            }
            assertThat(lines).as(split).containsExactly("one", "two", "", "\rthree\r");
        });
    }

    @Test
    void aLineIsDecodedAsAWhole() throws Exception {
        forEverySplit(
                "gr\u00fc\u00dfe \ud83d\ude00\n",
                (reader, split) -> assertThat(await(reader.readLine()))
                        .as(split)
                        .isEqualTo(Optional.of("gr\u00fc\u00dfe \ud83d\ude00")));
    }

    @Test
    void aCharsetOfOnesOwn() throws Exception {
        loops.run(() -> {
            StreamReader reader = new StreamReader(
                    StreamOptions.defaults().withCharset(ISO_8859_1), new RecordingSource());
            reader.feed(ByteBuffer.wrap("\u00e9\n".getBytes(ISO_8859_1)));

            assertThat(await(reader.readLine())).isEqualTo(Optional.of("\u00e9"));
        });
    }

    @Test
    void aLineThatIsTooLongFailsAndStays() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader(10);
            feed(reader, "0123456789abc\n");

            assertThatThrownBy(() -> await(reader.readLine()))
                    .isInstanceOf(LimitOverrunException.class)
                    .hasMessageStartingWith("expected the end of a line within 10 bytes");
            assertThat(await(reader.readLine(100))).isEqualTo(Optional.of("0123456789abc"));
        });
    }

    @Test
    void chunksAreWhatComesAndNeverEmpty() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            feed(reader, "abcde");
            reader.feedEnd();
            List<String> chunks = new ArrayList<>();
            for (byte[] chunk : awaitEach(reader.chunks(2))) {
                chunks.add(text(chunk));
            }
            assertThat(chunks).containsExactly("ab", "cd", "e");
        });
    }

    // --- Back-pressure ---

    @Test
    void sourceIsPausedAboveTwiceTheLimitAndResumedAtTheLimit() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader(10);
            feed(reader, "x".repeat(20));
            assertThat(flow).isEmpty();
            feed(reader, "x");
            feed(reader, "x");
            assertThat(flow).containsExactly("pause");

            var unused = await(reader.read(11));
            assertThat(flow).containsExactly("pause");
            unused = await(reader.read(1));
            assertThat(flow).containsExactly("pause", "resume");
        });
    }

    // --- Failing, cancelling ---

    @Test
    void whatCameBeforeAFailureIsReadFirst() throws Exception {
        loops.run(() -> {
            IOException broken = new IOException("reset");
            StreamReader reader = newReader();
            feed(reader, "ab");
            reader.feedFailure(broken);

            assertThat(text(await(reader.read(1)))).isEqualTo("a");
            assertThatThrownBy(() -> await(reader.readExactly(2))).isSameAs(broken);
            assertThat(text(await(reader.readExactly(1)))).isEqualTo("b");
            assertThatThrownBy(() -> await(reader.read(1))).isSameAs(broken);
            assertThatThrownBy(() -> await(reader.readLine())).isSameAs(broken);
        });
    }

    @Test
    void failureWakesWhoeverWaits() throws Exception {
        loops.run(() -> {
            IOException broken = new IOException("reset");
            StreamReader reader = newReader();
            Task<byte[]> reading = createTask(reader.read(1));
            yieldNow();

            reader.feedFailure(broken);

            assertThatThrownBy(() -> await(reading)).isSameAs(broken);
        });
    }

    @Test
    void aReadThatIsCancelledTakesNothing() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            Task<byte[]> reading = createTask(reader.readExactly(4));
            yieldNow();
            feed(reader, "ab");
            yieldNow();
            reading.cancel();
            feed(reader, "cd");
            assertThatThrownBy(() -> await(reading)).isInstanceOf(CancelledError.class);

            assertThat(text(await(reader.readExactly(4)))).isEqualTo("abcd");
        });
    }

    @Test
    void aReadThatIsCancelledInTheTurnOfItsDataTakesNothing() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            Task<byte[]> reading = createTask(reader.read(10));
            yieldNow();
            feed(reader, "ab");
            reading.cancel();
            assertThatThrownBy(() -> await(reading)).isInstanceOf(CancelledError.class);

            assertThat(text(await(reader.read(10)))).isEqualTo("ab");
        });
    }

    @Test
    void aSecondReaderAtTheSameTimeIsRefused() throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            Task<byte[]> first = createTask(reader.read(1));
            yieldNow();

            assertThatThrownBy(() -> await(reader.read(1)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage(
                            "another task is reading from this stream already: one at a time may");

            feed(reader, "x");
            assertThat(text(await(first))).isEqualTo("x");
        });
    }

    // --- Feeding ---

    private StreamReader newReader() {
        return newReader(StreamOptions.defaults().limit());
    }

    private StreamReader newReader(int limit) {
        return new StreamReader(StreamOptions.defaults().withLimit(limit), new RecordingSource());
    }

    private static void feed(StreamReader reader, String text) {
        reader.feed(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    private interface Check {
        void check(StreamReader reader, String split) throws Exception;
    }

    /// Runs a check on a stream that comes whole, split at each byte, and byte by byte.
    private void forEverySplit(String stream, Check check) throws Exception {
        byte[] bytes = stream.getBytes(UTF_8);
        for (int split = 0; split < bytes.length; split++) {
            String name = split == 0 ? "whole" : "split at " + split;
            checkFed(List.of(part(bytes, 0, split), part(bytes, split, bytes.length)), name, check);
        }
        List<ByteBuffer> single = new ArrayList<>();
        for (int i = 0; i < bytes.length; i++) {
            single.add(part(bytes, i, i + 1));
        }
        checkFed(single, "byte by byte", check);
    }

    private void checkFed(List<ByteBuffer> parts, String split, Check check) throws Exception {
        loops.run(() -> {
            StreamReader reader = newReader();
            Coroutine.Action feeding = () -> {
                for (ByteBuffer part : parts) {
                    yieldNow();
                    reader.feed(part);
                }
                yieldNow();
                reader.feedEnd();
            };
            Task<?> feeder = createTask(feeding);
            check.check(reader, split);
            await(feeder);
        });
    }

    private static ByteBuffer part(byte[] bytes, int from, int to) {
        return ByteBuffer.wrap(bytes, from, to - from);
    }

    private final class RecordingSource implements StreamReader.Source {
        @Override
        public void pauseReading() {
            flow.add("pause");
        }

        @Override
        public void resumeReading() {
            flow.add("resume");
        }
    }
}
