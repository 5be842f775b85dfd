package spindle.http.cookie;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

@Timeout(30)
class CookieDateTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // The three forms of RFC 9110 section 5.6.7.
                "Sun, 06 Nov 1994 08:49:37 GMT         | 1994-11-06T08:49:37Z",
                "Sunday, 06-Nov-94 08:49:37 GMT        | 1994-11-06T08:49:37Z",
                "Sun Nov  6 08:49:37 1994              | 1994-11-06T08:49:37Z",
                // Netscape's own, with two and four digits.
                "Wed, 09-Jun-2021 10:18:14 GMT         | 2021-06-09T10:18:14Z",
                "Wed, 09-Jun-21 10:18:14 GMT           | 2021-06-09T10:18:14Z",
                "Wednesday, 09-Jun-2021 10:18:14 GMT   | 2021-06-09T10:18:14Z",
                // Other orders.
                "2021 Jun 9 10:18:14                   | 2021-06-09T10:18:14Z",
                "10:18:14 9 Jun 2021                   | 2021-06-09T10:18:14Z",
                "Jun 9 2021 10:18:14                   | 2021-06-09T10:18:14Z",
                "9 10:18:14 2021 June                  | 2021-06-09T10:18:14Z",
                "Wed Jun 09 2021 10:18:14 GMT+0200 (CEST) | 2021-06-09T10:18:14Z",
                "Wed, 09 Jun 2021 10:18:14 +0000       | 2021-06-09T10:18:14Z",
                "Wed, 09 Jun 2021 10:18:14 -0800       | 2021-06-09T10:18:14Z",
                "Wed, 09 Jun 2021 10:18:14 UTC         | 2021-06-09T10:18:14Z",
                "Wed, 09 Jun 2021 10:18:14             | 2021-06-09T10:18:14Z",
                "Wed,09 Jun 2021 10:18:14 GMT          | 2021-06-09T10:18:14Z",
                "09-jun-2021 10:18:14                  | 2021-06-09T10:18:14Z",
                "09 JUN 2021 10:18:14 gmt              | 2021-06-09T10:18:14Z",
                "Mit, 09 Juni 2021 10:18:14 GMT        | 2021-06-09T10:18:14Z",
                "9/Jun/2021 10:18:14                   | 2021-06-09T10:18:14Z",
                "9.Jun.2021 10:18:14                   | 2021-06-09T10:18:14Z",
                "09_Jun_2021 10:18:14                  | 2021-06-09T10:18:14Z",
                "(09){Jun}[2021]<10:18:14>             | 2021-06-09T10:18:14Z",
                "\"Wed, 09 Jun 2021 10:18:14 GMT\"     | 2021-06-09T10:18:14Z",
                "~~~9 Jun 2021~10:18:14!!!             | 2021-06-09T10:18:14Z",
                // What follows a number counts no more than what follows a month.
                "9th Jun 2021 10:18:14                 | 2021-06-09T10:18:14Z",
                "9 Jun 2021AD 10:18:14                 | 2021-06-09T10:18:14Z",
                "9 Jun 2021 10:18:14.567               | 2021-06-09T10:18:14Z",
                "9 Jun 2021 10:18:14Z                  | 2021-06-09T10:18:14Z",
                "9 Jun 2021 10:18:14:99                | 2021-06-09T10:18:14Z",
                "9 Junk 2021 10:18:14                  | 2021-06-09T10:18:14Z",
                // Short numbers.
                "1 Jan 2021 1:2:3                      | 2021-01-01T01:02:03Z",
                "1 Jan 2021 0:00:0                     | 2021-01-01T00:00:00Z",
                "31 Dec 2021 23:59:59                  | 2021-12-31T23:59:59Z",
                // Years.
                "1 Jan 00 00:00:00                     | 2000-01-01T00:00:00Z",
                "1 Jan 69 00:00:00                     | 2069-01-01T00:00:00Z",
                "1 Jan 70 00:00:00                     | 1970-01-01T00:00:00Z",
                "1 Jan 99 00:00:00                     | 1999-01-01T00:00:00Z",
                "1 Jan 099 00:00:00                    | 1999-01-01T00:00:00Z",
                "1 Jan 1601 00:00:00                   | 1601-01-01T00:00:00Z",
                "1 Jan 9999 00:00:00                   | 9999-01-01T00:00:00Z",
                "Thu, 01 Jan 1970 00:00:00 GMT         | 1970-01-01T00:00:00Z",
                "Tue, 19-Jan-2038 03:14:07 GMT         | 2038-01-19T03:14:07Z",
                "29 Feb 2024 00:00:00                  | 2024-02-29T00:00:00Z",
                // The first of each kind counts.
                "1 Jan 2021 00:00:00 2 Feb 2022 01:01:01 | 2021-01-01T00:00:00Z",
                "Jan Feb 3 2021 00:00:00               | 2021-01-03T00:00:00Z",
                "1 02 Jan 2021 00:00:00                | 2002-01-01T00:00:00Z",
            })
    void readsWhatServersWrite(String text, Instant expected) {
        assertThat(CookieDate.parse(text)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "Jan, 1", "Feb, 2", "Mar, 3", "Apr, 4", "May, 5", "Jun, 6",
        "Jul, 7", "Aug, 8", "Sep, 9", "Oct, 10", "Nov, 11", "Dec, 12",
    })
    void knowsEachMonth(String month, int number) {
        Instant expected = LocalDateTime.of(2021, number, 5, 1, 2, 3).toInstant(ZoneOffset.UTC);

        assertThat(CookieDate.parse("5 " + month + " 2021 01:02:03")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "0",
                "-1",
                "never",
                "Session",
                "1623233894",
                "2021-06-09T10:18:14Z",
                "2021-06-09 10:18:14",
                "06/09/2021 10:18:14",
                "Jun 2021 10:18:14",
                "9 2021 10:18:14",
                "9 Jun 10:18:14",
                "9 Jun 2021",
                "9 Jun 2021 10:18",
                "9 Jun 2021 24:00:00",
                "9 Jun 2021 10:60:00",
                "9 Jun 2021 10:18:60",
                "9 Jun 2021 010:18:14",
                "9 Jun 2021 10:018:14",
                "9 Jun 2021 10:18:014",
                "9 Jun 2021 10::14",
                "9 Jun 2021 :18:14",
                "0 Jun 2021 10:18:14",
                "32 Jan 2021 10:18:14",
                "31 Jun 2021 10:18:14",
                "29 Feb 2023 10:18:14",
                "009 Jun 2021 10:18:14",
                "9 Ju 2021 10:18:14",
                "9 xJun 2021 10:18:14",
                "9 Jun 1600 10:18:14",
                "9 Jun 100 10:18:14",
                "9 Jun 0 10:18:14",
                "9 Jun 12021 10:18:14",
                // Digits are those of ASCII.
                "٩ Jun 2021 10:18:14",
            })
    void takesNothingElseForADate(String text) {
        assertThat(CookieDate.parse(text)).isNull();
    }

    @Test
    void agreesWithAnotherReaderOnAnything() {
        List<String> pieces = List.of(
                "9",
                "09",
                "31",
                "2021",
                "21",
                "70",
                "69",
                "099",
                "12021",
                "Jun",
                "jan",
                "February",
                "10:18:14",
                "1:2:3",
                "23:59:60",
                "10:18",
                ":",
                " ",
                ",",
                "-",
                "/",
                ".",
                "GMT",
                "Wed",
                "\t",
                ";",
                "_",
                "x",
                "é",
                "0",
                "1600");
        int dates = 0;
        for (int seed = 0; seed < 20_000; seed++) {
            Random random = new Random(seed);
            StringBuilder text = new StringBuilder();
            for (int i = random.nextInt(12); i >= 0; i--) {
                text.append(pieces.get(random.nextInt(pieces.size())));
                text.append(random.nextBoolean() ? " " : "");
            }

            Instant date = CookieDate.parse(text.toString());

            assertThat(date).as("seed %d: %s", seed, text).isEqualTo(slowly(text.toString()));
            dates += date == null ? 0 : 1;
        }
        assertThat(dates).as("dates among them").isGreaterThan(50);
    }

    /// The grammar of RFC 6265 section 5.1.1, word by word.
    private static @Nullable Instant slowly(String text) {
        Matcher time = null;
        String day = null;
        String month = null;
        String year = null;
        for (String token :
                text.split("[\\x09\\x20-\\x2F\\x3B-\\x40\\x5B-\\x60\\x7B-\\x7E]+", -1)) {
            Matcher asTime = match("(\\d{1,2}):(\\d{1,2}):(\\d{1,2})(\\D.*)?", token);
            Matcher asDay = match("(\\d{1,2})(\\D.*)?", token);
            Matcher asMonth =
                    match("(?i)(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec).*", token);
            Matcher asYear = match("(\\d{2,4})(\\D.*)?", token);
            if (time == null && asTime.matches()) {
                time = asTime;
            } else if (day == null && asDay.matches()) {
                day = asDay.group(1);
            } else if (month == null && asMonth.matches()) {
                month = asMonth.group(1).toLowerCase(Locale.ROOT);
            } else if (year == null && asYear.matches()) {
                year = asYear.group(1);
            }
        }
        if (time == null || day == null || month == null || year == null) {
            return null;
        }
        int number = Integer.parseInt(year);
        number += number >= 70 && number <= 99 ? 1900 : number <= 69 ? 2000 : 0;
        List<String> months = List.of(
                "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
        try {
            Instant instant = LocalDateTime.of(
                            number,
                            months.indexOf(month) + 1,
                            Integer.parseInt(day),
                            Integer.parseInt(time.group(1)),
                            Integer.parseInt(time.group(2)),
                            Integer.parseInt(time.group(3)))
                    .toInstant(ZoneOffset.UTC);
            return number < 1601 ? null : instant;
        } catch (DateTimeException none) {
            return null;
        }
    }

    private static Matcher match(String pattern, String token) {
        return Pattern.compile(pattern, Pattern.DOTALL).matcher(token);
    }
}
