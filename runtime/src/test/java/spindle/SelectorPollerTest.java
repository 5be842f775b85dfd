package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import static spindle.TestLoops.runTurn;

import com.sun.management.UnixOperatingSystemMXBean;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.Pipe;
import java.util.ArrayList;
import java.util.List;

/// Watching channels with the real selector. A pipe that has been written to is ready at once, so
/// nothing here waits.
@OnBothEngines
class SelectorPollerTest {
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getOperatingSystemMXBean();

    @RegisterExtension
    final TestLoops loops;

    private final Recorder recorder = new Recorder();
    private Pipe pipe;

    SelectorPollerTest(CoroutineEngine engine) {
        loops = new TestLoops(engine);
    }

    @BeforeEach
    void openPipe() throws IOException {
        pipe = nonBlockingPipe();
    }

    // --- Readers ---

    @Test
    void readerRunsWhenThereIsSomethingToRead() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addReader(pipe.source(), recorder.recording("readable"));

        runTurn(loop);
        assertThat(recorder.events()).isEmpty();

        write('a');
        runTurn(loop);
        assertThat(recorder.events()).containsExactly("readable");
    }

    @Test
    void readerRunsInEveryTurnInWhichThereIsSomethingToRead() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addReader(pipe.source(), recorder.recording("readable"));
        write('a');

        runTurn(loop);
        runTurn(loop);
        read();
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("readable", "readable");
    }

    @Test
    void readerRunsWhenTheOtherEndIsClosed() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addReader(pipe.source(), recorder.recording("readable"));

        pipe.sink().close();
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("readable");
        assertThat(read()).isEqualTo(-1);
    }

    @Test
    void readerReplacesTheEarlierOneAndCancelsIt() throws IOException {
        EventLoop loop = loops.openReal();
        Handle first = loop.addReader(pipe.source(), recorder.recording("first"));
        Handle second = loop.addReader(pipe.source(), recorder.recording("second"));
        write('a');

        runTurn(loop);

        assertThat(first.isCancelled()).isTrue();
        assertThat(second.isCancelled()).isFalse();
        assertThat(recorder.events()).containsExactly("second");
    }

    @Test
    void removedReaderNeverRuns() throws IOException {
        EventLoop loop = loops.openReal();
        Handle handle = loop.addReader(pipe.source(), recorder.recording("readable"));
        write('a');

        boolean removed = loop.removeReader(pipe.source());
        runTurn(loop);

        assertThat(removed).isTrue();
        assertThat(handle.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    /// Both readers are ready in the same turn, in no promised order, and each removes the other.
    @Test
    void readerThatIsRemovedEarlierInItsOwnTurnNeverRuns() throws IOException {
        EventLoop loop = loops.openReal();
        Pipe other = nonBlockingPipe();
        loop.addReader(pipe.source(), () -> {
            recorder.record("ran");
            loop.removeReader(other.source());
        });
        loop.addReader(other.source(), () -> {
            recorder.record("ran");
            loop.removeReader(pipe.source());
        });
        write('a');
        other.sink().write(ByteBuffer.wrap(new byte[] {'a'}));

        runTurn(loop);
        other.source().close();
        other.sink().close();

        assertThat(recorder.events()).containsExactly("ran");
    }

    @Test
    void removingTellsWhetherTheChannelWasWatched() throws IOException {
        EventLoop loop = loops.openReal();
        assertThat(loop.removeReader(pipe.source())).isFalse();
        assertThat(loop.removeWriter(pipe.sink())).isFalse();

        loop.addReader(pipe.source(), () -> {});
        loop.addWriter(pipe.sink(), () -> {});

        assertThat(loop.removeWriter(pipe.source())).isFalse();
        assertThat(loop.removeReader(pipe.source())).isTrue();
        assertThat(loop.removeReader(pipe.source())).isFalse();
        assertThat(loop.removeWriter(pipe.sink())).isTrue();
        assertThat(loop.removeWriter(pipe.sink())).isFalse();
    }

    /// A selection key that was cancelled could not be registered again before the next select.
    @Test
    void removedReaderMayBeAddedAgainInTheSameTurn() throws IOException {
        EventLoop loop = loops.openReal();
        write('a');
        loop.callSoon(() -> {
            for (int i = 0; i < 3; i++) {
                addReader(loop, "reader " + i);
                loop.removeReader(pipe.source());
            }
            addReader(loop, "last reader");
        });

        runTurn(loop);
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("last reader");
    }

    private void addReader(EventLoop loop, String name) {
        try {
            loop.addReader(pipe.source(), recorder.recording(name));
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Test
    void readerThatFailsIsReportedAndStaysWatched() throws IOException {
        EventLoop loop = loops.openReal();
        IllegalStateException failure = new IllegalStateException("bad reader");
        Handle handle = loop.addReader(pipe.source(), () -> {
            throw failure;
        });
        write('a');

        runTurn(loop);
        runTurn(loop);

        List<ExceptionHandler.Context> reports = loops.reports().takeAll();
        assertThat(reports).hasSize(2).allSatisfy(report -> {
            assertThat(report.exception()).isSameAs(failure);
            assertThat(report.source()).isSameAs(handle);
        });
    }

    // --- Writers ---

    @Test
    void writerRunsWhenThereIsRoom() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addWriter(pipe.sink(), recorder.recording("writable"));
        runTurn(loop);
        assertThat(recorder.events()).containsExactly("writable");

        fill();
        runTurn(loop);
        assertThat(recorder.events()).containsExactly("writable");
    }

    @Test
    void writerReplacesTheEarlierOneAndCancelsIt() throws IOException {
        EventLoop loop = loops.openReal();
        Handle first = loop.addWriter(pipe.sink(), recorder.recording("first"));
        loop.addWriter(pipe.sink(), recorder.recording("second"));

        runTurn(loop);

        assertThat(first.isCancelled()).isTrue();
        assertThat(recorder.events()).containsExactly("second");
    }

    @Test
    void removedWriterNeverRuns() throws IOException {
        EventLoop loop = loops.openReal();
        Handle handle = loop.addWriter(pipe.sink(), recorder.recording("writable"));

        loop.removeWriter(pipe.sink());
        runTurn(loop);

        assertThat(handle.isCancelled()).isTrue();
        assertThat(recorder.events()).isEmpty();
    }

    // --- Channels ---

    @Test
    void refusesAChannelThatBlocks() throws IOException {
        EventLoop loop = loops.openReal();
        pipe.source().configureBlocking(true);

        assertThatExceptionOfType(IllegalBlockingModeException.class)
                .isThrownBy(() -> loop.addReader(pipe.source(), () -> {}));
    }

    @Test
    void closedChannelIsForgotten() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addReader(pipe.source(), recorder.recording("readable"));
        write('a');

        pipe.source().close();
        runTurn(loop);
        runTurn(loop);

        assertThat(recorder.events()).isEmpty();
        assertThat(loop.removeReader(pipe.source())).isFalse();
    }

    @Test
    void forgottenChannelIsWatchedByNobody() throws IOException {
        EventLoop loop = loops.openReal();
        Handle reader = loop.addReader(pipe.source(), recorder.recording("readable"));
        Handle writer = loop.addWriter(pipe.sink(), recorder.recording("writable"));
        write('a');

        loop.forgetChannel(pipe.source());
        loop.forgetChannel(pipe.sink());
        loop.forgetChannel(pipe.sink());
        runTurn(loop);

        assertThat(recorder.events()).isEmpty();
        assertThat(reader.isCancelled() && writer.isCancelled()).isTrue();
        assertThat(loop.removeReader(pipe.source())).isFalse();
    }

    @Test
    void forgottenChannelMayBeWatchedAgainInTheSameTurn() throws IOException {
        EventLoop loop = loops.openReal();
        loop.addReader(pipe.source(), recorder.recording("before"));
        write('a');

        loop.forgetChannel(pipe.source());
        loop.addReader(pipe.source(), recorder.recording("after"));
        runTurn(loop);

        assertThat(recorder.events()).containsExactly("after");
    }

    @Test
    void forgettingOneChannelLosesNoReadinessOfAnother() throws IOException {
        EventLoop loop = loops.openReal();
        Pipe other = nonBlockingPipe();
        loop.addReader(pipe.source(), recorder.recording("readable"));
        loop.addReader(other.source(), recorder.recording("other"));
        write('a');

        loop.forgetChannel(other.source());
        runTurn(loop);
        other.source().close();
        other.sink().close();

        assertThat(recorder.events()).containsExactly("readable");
    }

    /// Closed while it is watched, a channel keeps its descriptor until the next poll.
    @Test
    void descriptorOfAForgottenChannelIsFreeAsSoonAsItIsClosed() throws IOException {
        assumeTrue(SYSTEM instanceof UnixOperatingSystemMXBean, "the JVM counts descriptors");
        EventLoop loop = loops.openReal();
        long before = openDescriptors();

        for (int i = 0; i < 50; i++) {
            Pipe one = nonBlockingPipe();
            loop.addReader(one.source(), () -> {});
            loop.forgetChannel(one.source());
            one.source().close();
            one.sink().close();
        }

        assertThat(openDescriptors() - before).isLessThan(25);
    }

    private static long openDescriptors() {
        return ((UnixOperatingSystemMXBean) SYSTEM).getOpenFileDescriptorCount();
    }

    @Test
    void readyChannelsAllRunInOneTurn() throws IOException {
        EventLoop loop = loops.openReal();
        List<Pipe> pipes = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            Pipe one = nonBlockingPipe();
            pipes.add(one);
            loop.addReader(one.source(), recorder.recording("readable"));
            one.sink().write(ByteBuffer.wrap(new byte[] {'a'}));
        }

        runTurn(loop);

        assertThat(recorder.events()).hasSize(50);
        for (Pipe one : pipes) {
            one.source().close();
            one.sink().close();
        }
    }

    @Test
    void channelsStayOpenWhenTheLoopCloses() throws IOException {
        EventLoop loop = loops.openReal();
        Handle reader = loop.addReader(pipe.source(), () -> {});

        loop.close();
        write('a');

        assertThat(pipe.source().isOpen()).isTrue();
        assertThat(read()).isEqualTo(1);
        assertThat(loops.reports().takeOnly())
                .hasToString("handles still watched channels when their loop was closed, call "
                        + "removeReader and removeWriter, or close what uses them, first: "
                        + reader);
    }

    // --- Pipes ---

    private Pipe nonBlockingPipe() throws IOException {
        Pipe pipe = Pipe.open();
        loops.closeBeforehand(pipe.source());
        loops.closeBeforehand(pipe.sink());
        pipe.source().configureBlocking(false);
        pipe.sink().configureBlocking(false);
        return pipe;
    }

    private void write(char letter) throws IOException {
        pipe.sink().write(ByteBuffer.wrap(new byte[] {(byte) letter}));
    }

    private int read() throws IOException {
        return pipe.source().read(ByteBuffer.allocate(100));
    }

    private void fill() throws IOException {
        ByteBuffer block = ByteBuffer.allocate(4_096);
        int taken;
        do {
            taken = pipe.sink().write(block.clear());
        } while (taken > 0);
    }
}
