package spindle.demos;

import spindle.http.Phase;
import spindle.http.Timings;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;

/// Adds up what the phases of many requests took.
final class PhaseSums {
    private final Map<Phase, Long> nanos = new EnumMap<>(Phase.class);
    private long requests;

    void reset() {
        nanos.clear();
        requests = 0;
    }

    void add(Timings timings) {
        requests++;
        for (Phase phase : Phase.values()) {
            nanos.merge(phase, timings.of(phase).toNanos(), Long::sum);
        }
    }

    /// Returns what each phase took on average, by its name.
    Map<String, Double> averageMicros() {
        Map<String, Double> average = new LinkedHashMap<>();
        nanos.forEach((phase, sum) -> average.put(phase.label(), sum / 1e3 / requests));
        return average;
    }
}
