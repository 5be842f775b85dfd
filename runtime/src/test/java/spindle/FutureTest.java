package spindle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;

import java.io.IOException;

/// A future by itself. What happens when it is done is in [DoneCallbackTest], how
/// tasks wait for it in [AwaitTest].
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FutureTest {
    @RegisterExtension
    final TestLoops loops = new TestLoops(CoroutineEngine.HANDOFF);

    @Nested
    class WhenPending {
        @Test
        void isNeitherDoneNorCancelled() {
            Future<String> future = loops.open().createFuture();

            assertThat(future.isDone()).isFalse();
            assertThat(future.isCancelled()).isFalse();
        }

        @Test
        void hasNoResultYet() {
            Future<String> future = loops.open().createFuture();

            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(future::result)
                    .withMessageContaining("the result is not there yet")
                    .withMessageContaining("await the future")
                    .withMessageContaining("<Future pending>");
        }

        @Test
        void hasNoExceptionYet() {
            Future<String> future = loops.open().createFuture();

            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(future::exception)
                    .withMessageContaining("the exception is not known yet")
                    .withMessageContaining("<Future pending>");
        }

        @Test
        void cancelCancels() {
            Future<String> future = loops.open().createFuture();

            assertThat(future.cancel()).isTrue();
            assertThat(future.isCancelled()).isTrue();
        }

        @Test
        void refusesAFailureWithoutAnException() {
            Future<String> future = loops.open().createFuture();

            assertThatNullPointerException().isThrownBy(() -> future.setException(null));
            assertThat(future.isDone()).isFalse();
        }
    }

    @Nested
    class WhenItHasAResult {
        @Test
        void isDoneAndHasItForGood() throws Exception {
            Future<String> future = loops.open().createFuture();

            future.setResult("result");

            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isFalse();
            assertThat(future.result()).isEqualTo("result");
            assertThat(future.result()).isEqualTo("result");
            assertThat(future.exception()).isNull();
        }

        @Test
        void theResultMayBeNull() throws Exception {
            Future<String> future = loops.open().createFuture();

            future.setResult(null);

            assertThat(future.isDone()).isTrue();
            assertThat(future.result()).isNull();
        }

        @Test
        void refusesAnotherOutcome() throws Exception {
            Future<String> future = loops.open().createFuture();
            future.setResult("first");

            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setResult("second"))
                    .withMessageContaining("done already")
                    .withMessageContaining("<Future finished result='first'>");
            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setException(new IOException("late")));
            assertThat(future.result()).isEqualTo("first");
        }

        @Test
        void cannotBeCancelled() throws Exception {
            Future<String> future = loops.open().createFuture();
            future.setResult("result");

            assertThat(future.cancel()).isFalse();
            assertThat(future.isCancelled()).isFalse();
            assertThat(future.result()).isEqualTo("result");
        }
    }

    @Nested
    class WhenItHasFailed {
        @Test
        void throwsTheVeryExceptionEachTimeItIsAsked() {
            Future<String> future = loops.open().createFuture();
            IOException failure = new IOException("checked");

            future.setException(failure);

            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isFalse();
            assertThatThrownBy(future::result).isSameAs(failure);
            assertThatThrownBy(future::result).isSameAs(failure);
            assertThat(future.exception()).isSameAs(failure);
        }

        @Test
        void throwsErrorsAndOtherThrowablesUnwrapped() {
            Throwable error = new AssertionError("error");
            Throwable throwable = new Throwable("neither error nor exception");
            EventLoop loop = loops.open();
            Future<String> first = loop.createFuture();
            Future<String> second = loop.createFuture();

            first.setException(error);
            second.setException(throwable);

            assertThatThrownBy(first::result).isSameAs(error);
            assertThatThrownBy(second::result).isSameAs(throwable);
        }

        @Test
        void refusesAnotherOutcome() {
            Future<String> future = loops.open().createFuture();
            IOException failure = new IOException("first");
            future.setException(failure);

            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setResult("late"));
            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setException(new IOException("second")));
            assertThat(future.cancel()).isFalse();
            assertThat(future.exception()).isSameAs(failure);
        }

        @Test
        void failureWithACancelledErrorIsNotACancellation() {
            Future<String> future = loops.open().createFuture();
            CancelledError failure = new CancelledError("somebody else's");

            future.setException(failure);

            assertThat(future.isCancelled()).isFalse();
            assertThatThrownBy(future::result).isSameAs(failure);
        }
    }

    @Nested
    class WhenCancelled {
        @Test
        void isDoneAndThrowsACancelledErrorWithTheReason() {
            Future<String> future = loops.open().createFuture();

            future.cancel("no longer wanted");

            assertThat(future.isDone()).isTrue();
            assertThat(future.isCancelled()).isTrue();
            assertThatExceptionOfType(CancelledError.class)
                    .isThrownBy(future::result)
                    .withMessage("no longer wanted");
            assertThatExceptionOfType(CancelledError.class)
                    .isThrownBy(future::exception)
                    .withMessage("no longer wanted");
        }

        @Test
        void theReasonMayBeMissing() {
            Future<String> future = loops.open().createFuture();

            future.cancel();

            assertThatExceptionOfType(CancelledError.class)
                    .isThrownBy(future::result)
                    .withMessage(null);
        }

        @Test
        void refusesAnotherOutcome() {
            Future<String> future = loops.open().createFuture();
            future.cancel();

            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setResult("late"))
                    .withMessageContaining("<Future cancelled>");
            assertThatExceptionOfType(InvalidStateException.class)
                    .isThrownBy(() -> future.setException(new IOException("late")));
            assertThat(future.cancel()).isFalse();
        }
    }
}
