package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;

/// Reads the dates of cookies, of which no server writes quite the same as another (RFC 6265
/// section 5.1.1): a time, a day, a month and a year in any order, the first of each counts, and
/// whatever else there is does not. Time zones don't either: it is always UTC.
final class CookieDate {
    private static final String MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";
    private static final int NONE = -1;

    // changes while running
    private int secondOfDay = NONE;
    private int day = NONE;
    private int month = NONE;
    private int year = NONE;

    private CookieDate() {}

    /// Returns the instant, or null if that is no date.
    static @Nullable Instant parse(String text) {
        CookieDate date = new CookieDate();
        int start = 0;
        while (start < text.length()) {
            int end = start;
            while (end < text.length() && !isDelimiter(text.charAt(end))) {
                end++;
            }
            if (end > start && !date.take(text.substring(start, end))) {
                return null;
            }
            start = end + 1;
        }
        return date.toInstant();
    }

    private static boolean isDelimiter(char c) {
        return c == '\t'
                || (c >= 0x20 && c <= 0x2f)
                || (c >= 0x3b && c <= 0x40)
                || (c >= 0x5b && c <= 0x60)
                || (c >= 0x7b && c <= 0x7e);
    }

    /// Takes a token for the first of time, day, month and year that it can be and that is not
    /// there yet. Returns false if that is out of range.
    private boolean take(String token) {
        if (secondOfDay == NONE && hasTimeForm(token)) {
            secondOfDay = secondOfDay(token);
            return secondOfDay != NONE;
        }
        int digits = digitsAt(token, 0);
        if (day == NONE && digits >= 1 && digits <= 2) {
            day = number(token, 0, digits);
            return true;
        }
        if (month == NONE && monthOf(token) != NONE) {
            month = monthOf(token);
        } else if (year == NONE && digits >= 2 && digits <= 4) {
            int number = number(token, 0, digits);
            year = number >= 100 ? number : number + (number >= 70 ? 1900 : 2000);
        }
        return true;
    }

    private static int monthOf(String token) {
        for (int i = 0; i < 12 && token.length() >= 3; i++) {
            if (token.regionMatches(true, 0, MONTHS, 3 * i, 3)) {
                return i + 1;
            }
        }
        return NONE;
    }

    // --- Times ---

    /// Returns whether a token has three numbers of one or two digits with colons between them,
    /// and after them anything but a digit.
    private static boolean hasTimeForm(String token) {
        int at = 0;
        for (int part = 0; part < 3; part++) {
            int digits = digitsAt(token, at);
            if (digits < 1 || digits > 2) {
                return false;
            }
            at += digits;
            if (part < 2 && (at == token.length() || token.charAt(at++) != ':')) {
                return false;
            }
        }
        return true;
    }

    private static int secondOfDay(String token) {
        int hourDigits = digitsAt(token, 0);
        int minuteAt = hourDigits + 1;
        int minuteDigits = digitsAt(token, minuteAt);
        int secondAt = minuteAt + minuteDigits + 1;
        int hour = number(token, 0, hourDigits);
        int minute = number(token, minuteAt, minuteDigits);
        int second = number(token, secondAt, digitsAt(token, secondAt));
        return hour > 23 || minute > 59 || second > 59 ? NONE : hour * 3600 + minute * 60 + second;
    }

    private static int digitsAt(String token, int from) {
        int at = from;
        while (at < token.length() && token.charAt(at) >= '0' && token.charAt(at) <= '9') {
            at++;
        }
        return at - from;
    }

    private static int number(String token, int from, int digits) {
        int number = 0;
        for (int i = from; i < from + digits; i++) {
            number = 10 * number + token.charAt(i) - '0';
        }
        return number;
    }

    // --- The end ---

    private @Nullable Instant toInstant() {
        if (secondOfDay == NONE || day == NONE || month == NONE || year < 1601) {
            return null;
        }
        try {
            return LocalDateTime.of(year, month, day, 0, 0)
                    .plusSeconds(secondOfDay)
                    .toInstant(ZoneOffset.UTC);
        } catch (DateTimeException noSuchDay) {
            return null;
        }
    }
}
