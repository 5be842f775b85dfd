package spindle.net;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

class ReadAheadTest {
    private final SpareArrays spares = new SpareArrays();
    private final Random random = new Random(5);

    @Test
    void whatIsAddedIsTakenInItsOrderHoweverItIsCut() {
        byte[] all = randomBytes(2_000_000);
        ReadAhead ahead = new ReadAhead(spares);
        ReadAhead other = new ReadAhead(spares);
        byte[] taken = new byte[all.length];
        int added = 0;
        int count = 0;
        while (count < all.length) {
            int size = Math.min(random.nextInt(200_000), all.length - added);
            ahead.add(ByteBuffer.wrap(all, added, size));
            added += size;
            other.add(ByteBuffer.wrap(randomBytes(50_000))); // It borrows and gives back as well.
            byte[] piece = ahead.take(random.nextInt(ahead.size() + 1));
            System.arraycopy(piece, 0, taken, count, piece.length);
            count += piece.length;
            other.take(other.size() - random.nextInt(2));
        }

        assertThat(Arrays.equals(taken, all)).isTrue();
        assertThat(ahead.isEmpty()).isTrue();
    }

    @Test
    void anEmptyOneLendsItsLargeArrayToTheNext() {
        ReadAhead one = new ReadAhead(spares);
        one.add(ByteBuffer.allocate(100_000));
        assertThat(spares.take(1)).as("while it is in use").hasSize(1);
        one.take(100_000);

        assertThat(spares.take(1).length).isGreaterThanOrEqualTo(100_000);
        assertThat(spares.take(1)).as("there was one").hasSize(1);
    }

    @Test
    void aSmallArrayIsKeptWhereItIs() {
        ReadAhead one = new ReadAhead(spares);
        one.add(ByteBuffer.allocate(10_000));
        one.take(10_000);

        assertThat(spares.take(1)).hasSize(1);
    }

    @Test
    void hugeArraysAreNotKept() {
        byte[] huge = new byte[1_000_000];
        spares.giveBack(huge);

        assertThat(spares.take(1_000_000)).isNotSameAs(huge);
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
