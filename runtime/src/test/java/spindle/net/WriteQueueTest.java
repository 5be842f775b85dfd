package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.net.LoopRun.ascii;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

@Timeout(10)
class WriteQueueTest {
    private final WriteQueue queue = new WriteQueue();
    private final ScriptedChannel channel = new ScriptedChannel();

    @Test
    void manyTinyWritesBecomeOneCall() throws Exception {
        for (int i = 0; i < 10_000; i++) {
            add(new byte[] {(byte) i});
        }
        queue.flushTo(channel);

        assertThat(channel.offered).containsExactly(10_000);
        assertThat(channel.taken.toByteArray()).hasSize(10_000).startsWith(0, 1, 2);
    }

    @Test
    void writesThatFitIntoTheLastPieceJoinItEvenWhileThatIsBeingSent() throws Exception {
        add(new byte[1000]);
        queue.flushTo(channel.takes(400, 0));
        add(new byte[1000]);
        channel.offered.clear();
        queue.flushTo(channel);

        assertThat(channel.offered).containsExactly(1600);
    }

    @Test
    void stopsWhenTheSystemTakesNoMoreAndGoesOnFromThere() throws Exception {
        byte[] data = randomBytes(new Random(1), 100_000);
        add(data);
        queue.flushTo(channel.takes(30_000));
        assertThat(channel.taken.size()).isEqualTo(30_000);
        assertThat(queue.size()).isEqualTo(70_000);
        queue.flushTo(channel);

        assertThat(Arrays.equals(channel.taken.toByteArray(), data)).isTrue();
        assertThat(queue.isEmpty()).isTrue();
    }

    @Test
    void oneCallIsNeverGivenMoreThan128Kibibytes() throws Exception {
        add(new byte[1_000_000]);
        queue.flushTo(channel);
        WriteQueue.writeTo(channel, ByteBuffer.wrap(new byte[1_000_000]));

        assertThat(channel.offered).allMatch(count -> count <= 128 * 1024).hasSize(16);
        assertThat(channel.taken.size()).isEqualTo(2_000_000);
    }

    @Test
    void writeToLeavesTheRestWithTheCaller() throws Exception {
        ByteBuffer data = ByteBuffer.wrap(ascii("0123456789")).limit(8);
        WriteQueue.writeTo(channel.takes(3), data);

        assertThat(channel.taken).asString().isEqualTo("012");
        assertThat(data.position()).isEqualTo(3);
        assertThat(data.limit()).isEqualTo(8);
    }

    @Test
    void addTakesTheRestOfTheBufferAndLeavesItsLimit() {
        ByteBuffer data = ByteBuffer.wrap(ascii("0123456789")).position(2).limit(8);
        queue.add(data);

        assertThat(queue.size()).isEqualTo(6);
        assertThat(data.hasRemaining()).isFalse();
        assertThat(data.limit()).isEqualTo(8);
    }

    @Test
    void clearDropsEverything() throws Exception {
        add(new byte[100_000]);
        queue.clear(null);
        queue.flushTo(channel);

        assertThat(queue.size()).isZero();
        assertThat(channel.offered).isEmpty();
    }

    @Test
    void whateverTheSystemTakesNothingIsLostOrReordered() throws Exception {
        for (int seed = 0; seed < 200; seed++) {
            assertKeepsOrder(new Random(seed), "seed " + seed);
        }
    }

    private static void assertKeepsOrder(Random random, String description) throws IOException {
        WriteQueue queue = new WriteQueue();
        ScriptedChannel channel = new ScriptedChannel();
        ByteArrayOutputStream added = new ByteArrayOutputStream();
        for (int i = 0; i < 100; i++) {
            byte[] piece = randomBytes(random, random.nextInt(1 << random.nextInt(17)));
            added.writeBytes(piece);
            queue.add(ByteBuffer.wrap(piece));
            if (random.nextInt(3) == 0) {
                channel.takes(random.nextInt(100_000), 0);
                queue.flushTo(channel);
            }
            assertThat(queue.size() + channel.taken.size()).as(description).isEqualTo(added.size());
        }
        while (!queue.isEmpty()) {
            queue.flushTo(channel);
        }

        assertThat(Arrays.equals(channel.taken.toByteArray(), added.toByteArray()))
                .as(description)
                .isTrue();
    }

    private void add(byte[] bytes) {
        queue.add(ByteBuffer.wrap(bytes));
    }

    private static byte[] randomBytes(Random random, int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
