package spindle.http.policy;

import org.jspecify.annotations.Nullable;

import spindle.http.ClientResponse;

import java.time.Duration;
import java.time.Instant;

/// Reads the field `Retry-After` (RFC 9110 section 10.2.3): seconds, or a date.
final class RetryAfter {
    private static final int MOST_DIGITS = 9;

    private RetryAfter() {}

    /// Returns whether a response says that its server did nothing, and when to come again.
    static boolean isAskedBy(ClientResponse response) {
        return response.status() == 429 || response.status() == 503;
    }

    /// Returns how long a response wants its client to wait; null if it doesn't say.
    static @Nullable Duration of(ClientResponse response, Instant now) {
        return parse(response.headers().first("Retry-After").orElse(""), now);
    }

    /// Returns how long to wait from now; null if the field makes no sense.
    static @Nullable Duration parse(String value, Instant now) {
        String text = value.strip();
        if (text.isEmpty()) {
            return null;
        }
        if (text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return Duration.ofSeconds(
                    text.length() > MOST_DIGITS ? Integer.MAX_VALUE : Long.parseLong(text));
        }
        Instant date = HttpDate.parse(text, now);
        if (date == null) {
            return null;
        }
        return date.isBefore(now) ? Duration.ZERO : Duration.between(now, date);
    }
}
