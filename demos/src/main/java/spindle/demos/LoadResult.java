package spindle.demos;

import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

import java.util.Map;

/// What a load test measured. The fields are those of the program's JSON.
///
/// @param requests how many were answered, whatever the status
/// @param cpuMicrosPerRequest processor time of this process, all its threads, per request
/// @param allocatedBytesPerRequest what all threads have allocated, per request
/// @param timingsMicros what each phase took on average, by its name; null if nobody asked
/// @param errors how many requests failed, or were answered with a status of 400 or more, by kind
record LoadResult(
        long requests,
        double requestsPerSecond,
        double cpuMicrosPerRequest,
        long allocatedBytesPerRequest,
        Latency latencyMicros,
        @Nullable Map<String, Double> timingsMicros,
        Map<String, Long> errors) {

    /// How long requests took, from before they were sent until their body was there.
    record Latency(long p50, long p90, long p99, long p999, long max) {
        static Latency of(Histogram micros) {
            return new Latency(
                    micros.getValueAtPercentile(50),
                    micros.getValueAtPercentile(90),
                    micros.getValueAtPercentile(99),
                    micros.getValueAtPercentile(99.9),
                    micros.getMaxValue());
        }
    }
}
