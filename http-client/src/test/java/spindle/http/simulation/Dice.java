package spindle.http.simulation;

import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;

/// What is left to chance in a simulation, and follows from its seed.
final class Dice {
    private final SplittableRandom random;

    Dice(long seed) {
        random = new SplittableRandom(seed); // Not a Random: those of 1 to 1000 begin alike.
    }

    private Dice(SplittableRandom random) {
        this.random = random;
    }

    /// Returns dice of somebody's own: how often they are thrown changes nothing for others.
    Dice fork() {
        return new Dice(random.split());
    }

    long seed() {
        return random.nextLong();
    }

    boolean oneIn(int n) {
        return random.nextInt(n) == 0;
    }

    int below(int bound) {
        return random.nextInt(bound);
    }

    int between(int least, int most) {
        return random.nextInt(least, most + 1);
    }

    @SafeVarargs
    final <T> T pick(T... choices) {
        return choices[random.nextInt(choices.length)];
    }

    <T> T pick(List<? extends T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    /// Returns up to `most`, in milliseconds, and often nothing.
    Duration upTo(Duration most) {
        return oneIn(3) ? Duration.ZERO : Duration.ofMillis(random.nextLong(most.toMillis() + 1));
    }

    /// Returns a number of any order of magnitude.
    int size(int most) {
        return random.nextInt(1 + Math.max(1, most >> random.nextInt(18)));
    }

    byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }
}
