package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static spindle.Async.await;
import static spindle.Async.createTask;
import static spindle.Async.waitAll;
import static spindle.Async.yieldNow;
import static spindle.http.body.BodyRun.bytesOf;
import static spindle.http.body.BodyRun.isSoon;
import static spindle.http.body.BodyRun.sending;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import spindle.CoroutineEngine;
import spindle.Task;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// What bodies of all kinds do.
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@ParameterizedClass
@EnumSource(CoroutineEngine.class)
class EveryBodyTest {
    private final BodyRun loop;

    @TempDir
    private Path folder;

    private SampleBody.Opened opened;

    EveryBodyTest(CoroutineEngine engine) {
        loop = new BodyRun(engine);
    }

    @BeforeEach
    void open() {
        opened = new SampleBody.Opened(folder);
    }

    static Stream<SampleBody> replayable() {
        return Stream.of(SampleBody.values()).filter(kind -> !kind.isOneShot());
    }

    static Stream<SampleBody> oneShot() {
        return Stream.of(SampleBody.values()).filter(SampleBody::isOneShot);
    }

    @ParameterizedTest
    @EnumSource
    void isWrittenWhole(SampleBody kind) throws Exception {
        loop.run(() -> {
            assertThat(bytesOf(kind.make(opened))).isEqualTo(kind.expected());
            assertThat(opened.areAllClosed()).isTrue();
        });
    }

    @ParameterizedTest
    @EnumSource
    void isWrittenWholeToASlowPeer(SampleBody kind) throws Exception {
        loop.run(() -> {
            RecordingSink sink = RecordingSink.slow();
            await(sending(kind.make(opened), sink));

            assertThat(sink.bytes()).isEqualTo(kind.expected());
        });
    }

    @ParameterizedTest
    @EnumSource
    void hasTheLengthThatItSays(SampleBody kind) throws Exception {
        long expected = kind.hasKnownLength() ? kind.expected().length : -1;
        loop.run(() -> {
            RequestBody body = kind.make(opened);

            assertThat(body.length()).isEqualTo(expected);
            assertThat(await(body.prepare()).length()).isEqualTo(expected);
            body.discard();
        });
    }

    @ParameterizedTest
    @MethodSource("replayable")
    void isTheSameWhenItIsWrittenAgain(SampleBody kind) throws Exception {
        loop.run(() -> {
            RequestBody body = kind.make(opened);
            RequestBody ready = await(body.prepare());

            assertThat(body).isInstanceOf(RequestBody.Replayable.class);
            assertThat(bytesOf(body)).isEqualTo(kind.expected());
            assertThat(bytesOf(body)).isEqualTo(kind.expected());
            assertThat(bytesOf(ready)).isEqualTo(kind.expected());
            assertThat(bytesOf(ready)).isEqualTo(kind.expected());
            assertThat(opened.areAllClosed()).isTrue();
        });
    }

    @ParameterizedTest
    @MethodSource("oneShot")
    void isRefusedASecondTimeIfItIsOneShot(SampleBody kind) throws Exception {
        loop.run(() -> {
            RequestBody body = kind.make(opened);
            RequestBody ready = await(body.prepare());
            await(ready.writeTo(new RecordingSink()));
            RecordingSink second = new RecordingSink();

            assertThat(body).isInstanceOf(RequestBody.OneShot.class);
            assertThatThrownBy(() -> await(body.writeTo(second)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("was written or discarded before");
            assertThat(second.operations()).isZero();
        });
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingOpenIfItIsDiscarded(SampleBody kind) throws Exception {
        loop.run(() -> {
            RequestBody body = kind.make(opened);
            RequestBody _ = await(body.prepare());
            body.discard();

            assertThat(isSoon(opened::areAllClosed)).isTrue();
            if (kind.isOneShot()) {
                assertThatThrownBy(() -> await(body.writeTo(new RecordingSink())))
                        .isInstanceOf(IllegalStateException.class);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void failsWithItsSinkAtEveryOperation(SampleBody kind) throws Exception {
        loop.run(() -> {
            int operations = operationsOf(kind);
            for (int i = 0; i < operations; i++) {
                RecordingSink sink = RecordingSink.failingAt(i);
                RequestBody body = kind.make(opened);

                assertThatThrownBy(() -> await(sending(body, sink)))
                        .isInstanceOf(IOException.class)
                        .hasMessage("the connection ended in operation " + i);
                assertThat(sink.operations()).isEqualTo(i + 1);
                assertThat(isSoon(opened::areAllClosed)).isTrue();
            }
        });
    }

    private int operationsOf(SampleBody kind) throws Exception {
        RecordingSink sink = new RecordingSink();
        await(sending(kind.make(opened), sink));
        return sink.operations();
    }

    @ParameterizedTest
    @EnumSource
    void leavesNothingOpenWhereverItIsCancelled(SampleBody kind) throws Exception {
        loop.run(() -> {
            boolean cancelled = true;
            for (int turns = 1; cancelled; turns++) {
                cancelled = cancelAfter(turns, kind);

                assertThat(isSoon(opened::areAllClosed))
                        .as("closed, %d turns", turns)
                        .isTrue();
                assertThat(opened.wasAnyClosedWhileReading()).isFalse();
            }
        });
    }

    /// Returns whether there was something to cancel.
    private boolean cancelAfter(int turns, SampleBody kind) throws Exception {
        Task<?> task = createTask(sending(kind.make(opened), RecordingSink.slow()));
        for (int i = 0; i < turns; i++) {
            yieldNow();
        }
        boolean cancelled = task.cancel();
        await(waitAll(List.of(task)));
        assertThat(task.isCancelled()).isEqualTo(cancelled);
        return cancelled;
    }

    @ParameterizedTest
    @EnumSource
    void showsNothingOfItsContent(SampleBody kind) throws Exception {
        RequestBody body = kind.make(opened);

        assertThat(body.toString())
                .startsWith("<RequestBody ")
                .doesNotContain("bytes=", "t\u00e4xt", "x+y", "null", "one, ", "name=");
        body.discard();
    }
}
