package spindle.http.wire;

import java.util.List;
import java.util.stream.Stream;

/// The tables, put together.
public final class Exchanges {

    private Exchanges() {}

    static List<Exchange> valid() {
        return Stream.of(ValidExchanges.all(), InterimExchanges.all(), OddExchanges.all())
                .flatMap(List::stream)
                .toList();
    }

    static List<Exchange> malformed() {
        return Stream.of(
                        MalformedHeads.all(),
                        MalformedBodies.all(),
                        AttackExchanges.all(),
                        AttackChunks.all())
                .flatMap(List::stream)
                .toList();
    }

    public static List<Exchange> all() {
        return Stream.of(valid(), malformed()).flatMap(List::stream).toList();
    }
}
