package spindle;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// Other tests may have left loops behind: each of these knows its own by where it was opened.
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class UnclosedLoopsTest {
    @Test
    void loopThatIsNeverClosedIsReportedOnceAndWhereItWasOpened() {
        openAndForget();

        assertThat(collectUntil("UnclosedLoopsTest.openAndForget"))
                .contains("an event loop was never closed");
        assertThat(collect()).doesNotContain("UnclosedLoopsTest");
    }

    @Test
    void loopThatWasClosedIsNotReported() {
        openLoop().close();

        assertThat(collect()).doesNotContain("UnclosedLoopsTest");
    }

    private static void openAndForget() {
        assertThat(openLoop().isClosed()).isFalse();
    }

    /// The collector owes us nothing, but it has never taken more than a few rounds.
    private static String collectUntil(String text) {
        String log = "";
        for (int i = 0; i < 100 && !log.contains(text); i++) {
            log = collect();
        }
        return log;
    }

    private static String collect() {
        return CapturedLog.of(() -> {
            System.gc();
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            openLoop().close();
        });
    }

    private static EventLoop openLoop() {
        return EventLoop.builder().debug(true).open();
    }
}
