package spindle.http.wire.fuzz;

import java.util.Objects;

/// How a target says that it has found something.
final class Findings {

    private Findings() {}

    static void require(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError(rule);
        }
    }

    static void requireEqual(Object found, Object expected, String rule) {
        if (!Objects.equals(found, expected)) {
            throw new AssertionError(rule + "\n  expected " + expected + "\n  but was  " + found);
        }
    }
}
