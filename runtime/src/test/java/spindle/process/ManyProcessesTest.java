package spindle.process;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;
import static spindle.Async.gather;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.Coroutine;
import spindle.CoroutineEngine;
import spindle.OnBothEngines;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Processes one after the other, and many at a time: nothing is left of them.
@OnBothEngines
@Tag("realtime")
@Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ManyProcessesTest {
    private final ProcessLoop loop;

    ManyProcessesTest(CoroutineEngine engine) {
        loop = new ProcessLoop(engine);
    }

    @Test
    void aThousandShortProcessesInARowLeaveNothingBehind() throws Exception {
        loop.run(() -> {
            for (int i = 0; i < 10; i++) {
                say(i);
            }
            long descriptors = descriptors();
            int threads = Thread.activeCount();

            for (int i = 0; i < 1000; i++) {
                say(i);
            }

            assertThat(descriptors()).isLessThanOrEqualTo(descriptors + 5);
            assertThat(Thread.activeCount()).isLessThanOrEqualTo(threads + 5);
            assertThat(ProcessHandle.current().children()).isEmpty();
        });
    }

    private static void say(int i) throws Exception {
        try (ChildProcess echo = await(Processes.exec("echo", Integer.toString(i)))) {
            assertThat(await(echo.communicate()).stdoutText()).isEqualTo(i + "\n");
        }
    }

    private static long descriptors() throws IOException {
        try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
            return open.count();
        }
    }

    @Test
    void aHundredProcessesAtATimeEachGetTheirOwnStreams() throws Exception {
        loop.run(() -> {
            List<Coroutine<String>> echoes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                byte[] input = ("process " + i).getBytes(StandardCharsets.US_ASCII);
                echoes.add(() -> {
                    try (ChildProcess cat = await(Processes.exec("cat"))) {
                        return await(cat.communicate(input)).stdoutText();
                    }
                });
            }

            List<String> outputs = await(gather(echoes));

            for (int i = 0; i < 100; i++) {
                assertThat(outputs.get(i)).isEqualTo("process " + i);
            }
        });
    }
}
