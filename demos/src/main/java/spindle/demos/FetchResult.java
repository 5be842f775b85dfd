package spindle.demos;

import org.jspecify.annotations.Nullable;

import spindle.http.ClientException;
import spindle.http.Phase;
import spindle.http.Timings;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/// What came of one URL. The fields are those of the program's JSON: either a status, or an error.
///
/// @param bytes how long the body is, as it was sent
/// @param file where the body was saved, or null
/// @param timingsMillis what each phase took, by its name, or null
/// @param error one line that begins with the kind of failure, or null
record FetchResult(
        String url,
        @Nullable Integer status,
        @Nullable String reason,
        Map<String, List<String>> headers,
        long bytes,
        @Nullable String file,
        double elapsedMillis,
        @Nullable Map<String, Double> timingsMillis,
        @Nullable String error) {

    /// What the program writes as JSON.
    record Report(List<FetchResult> results) {}

    static FetchResult failed(String url, Exception failure, long elapsedNanos) {
        String error = Terminal.safe(kindOf(failure) + ": " + messageOf(failure, url));
        double elapsedMillis = Durations.millis(elapsedNanos);
        Map<String, Double> timings = failure instanceof ClientException.Timeout timeout
                ? millis(timeout.timings())
                : null;
        return new FetchResult(url, null, null, Map.of(), 0, null, elapsedMillis, timings, error);
    }

    /// Returns the phases by their names, those that took no time too.
    static Map<String, Double> millis(Timings timings) {
        Map<String, Double> millis = new LinkedHashMap<>();
        for (Phase phase : Phase.values()) {
            millis.put(phase.label(), Durations.millis(timings.of(phase).toNanos()));
        }
        return millis;
    }

    private static String kindOf(Exception failure) {
        return switch (failure) {
            case ClientException known -> known.kind().toString();
            case BodyFolder.SaveException _ -> "save";
            default -> "internal";
        };
    }

    /// The client puts the request before its messages; ours come with the URL anyway.
    private static String messageOf(Exception failure, String url) {
        String message =
                failure instanceof ClientException || failure instanceof BodyFolder.SaveException
                        ? String.valueOf(failure.getMessage())
                        : failure.toString();
        return message.replaceFirst("^[!-~]+ " + Pattern.quote(url) + "/?: ", "");
    }

    boolean isFailure() {
        return error != null;
    }
}
