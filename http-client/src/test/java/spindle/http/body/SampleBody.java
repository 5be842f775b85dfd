package spindle.http.body;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;

/// A body of each kind, for what all of them must do.
enum SampleBody {
    EMPTY("") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.empty();
        }
    },
    BYTES("bytes") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.of("bytes".getBytes(UTF_8));
        }
    },
    TEXT("t\u00e4xt") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.text("t\u00e4xt");
        }
    },
    FORM("a=1&b=x+y") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.form(List.of(Map.entry("a", "1"), Map.entry("b", "x y")));
        }
    },
    JSON("{\"a\":[1,null]}") {
        @Override
        RequestBody make(Opened opened) {
            List<Object> list = new ArrayList<>(List.of(1));
            list.add(null);
            return RequestBody.json(Map.of("a", list));
        }
    },
    FILE(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return RequestBody.file(opened.file("whole.txt"));
        }
    },
    PART_OF_A_FILE(Opened.LARGE.substring(10, 30_010)) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return RequestBody.file(opened.file("part.txt"), 10, 30_000);
        }
    },
    STREAM("one, two, three") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.pieces());
        }
    },
    STREAM_OF_KNOWN_LENGTH("one, two, three") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.pieces(), 15);
        }
    },
    STREAMS("one, two, three") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened::pieces);
        }
    },
    STREAMS_OF_KNOWN_LENGTH("one, two, three") {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened::pieces, 15);
        }
    },
    INPUT(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.input());
        }
    },
    INPUT_OF_KNOWN_LENGTH(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.input(), Opened.LARGE.length());
        }
    },
    FORM_WITH_FILES(String.join(
            "\r\n",
            "--b",
            "Content-Disposition: form-data; name=\"a\"",
            "",
            "1",
            "--b",
            "Content-Disposition: form-data; name=\"f\"; filename=\"form.txt\"",
            "Content-Type: text/plain",
            "",
            Opened.LARGE,
            "--b--",
            "")) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return MultipartBody.form()
                    .field("a", "1")
                    .file("f", opened.file("form.txt"))
                    .boundary("b")
                    .build();
        }
    },
    PARTS_OF_EVERY_KIND(String.join(
            "\r\n",
            "--b",
            "Content-Type: text/plain",
            "",
            Opened.LARGE,
            "--b",
            "Content-Type: application/octet-stream",
            "",
            Opened.LARGE,
            "--b",
            "Content-Type: application/octet-stream",
            "",
            "one, two, three",
            "--b--",
            "")) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return MultipartBody.mixed()
                    .part(RequestBody.file(opened.file("mixed.txt")))
                    .part(RequestBody.stream(opened.input()))
                    .part(RequestBody.stream(opened.pieces()))
                    .boundary("b")
                    .build();
        }
    },
    TYPED_FILE(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return RequestBody.file(opened.file("typed")).withContentType("a/b");
        }
    },
    TYPED_INPUT(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.input()).withContentType("a/b");
        }
    },
    WATCHED_FILE(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return RequestBody.file(opened.file("watched")).withProgress((sent, total) -> {});
        }
    },
    WATCHED_INPUT(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.input()).withProgress((sent, total) -> {});
        }
    },
    FILE_WITH_TRAILERS(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) throws IOException {
            return RequestBody.file(opened.file("trailed")).withTrailers(Map::of);
        }
    },
    INPUT_WITH_TRAILERS(Opened.LARGE) {
        @Override
        RequestBody make(Opened opened) {
            return RequestBody.stream(opened.input()).withTrailers(Map::of);
        }
    };

    private final String expected;

    SampleBody(String expected) {
        this.expected = expected;
    }

    /// Returns a new body.
    abstract RequestBody make(Opened opened) throws IOException;

    byte[] expected() {
        return expected.getBytes(StandardCharsets.UTF_8);
    }

    boolean isOneShot() {
        return switch (this) {
            case STREAM,
                    STREAM_OF_KNOWN_LENGTH,
                    INPUT,
                    INPUT_OF_KNOWN_LENGTH,
                    PARTS_OF_EVERY_KIND,
                    TYPED_INPUT,
                    WATCHED_INPUT,
                    INPUT_WITH_TRAILERS -> true;
            default -> false;
        };
    }

    boolean hasKnownLength() {
        return switch (this) {
            case STREAM,
                    STREAMS,
                    INPUT,
                    PARTS_OF_EVERY_KIND,
                    TYPED_INPUT,
                    WATCHED_INPUT,
                    FILE_WITH_TRAILERS,
                    INPUT_WITH_TRAILERS -> false;
            default -> true;
        };
    }

    /// What the bodies of one test have opened.
    static final class Opened {
        /// More than two pieces of an input stream.
        static final String LARGE = letters(40_000);

        private final Path folder;
        private final List<TrackedInput> inputs = new ArrayList<>();
        private final List<Pieces> pieces = new ArrayList<>();

        Opened(Path folder) {
            this.folder = folder;
        }

        private static String letters(int count) {
            StringBuilder letters = new StringBuilder();
            new Random(7).ints(count, 'a', 'z' + 1).forEach(c -> letters.append((char) c));
            return letters.toString();
        }

        Path file(String name) throws IOException {
            Path file = folder.resolve(name);
            return Files.exists(file) ? file : Files.writeString(file, LARGE);
        }

        TrackedInput input() {
            TrackedInput input = new TrackedInput(LARGE.getBytes(UTF_8));
            inputs.add(input);
            return input;
        }

        Pieces pieces() {
            Pieces sequence = new Pieces("one, ", "", "two, ", "three");
            pieces.add(sequence);
            return sequence;
        }

        /// Returns whether nothing is open any more.
        boolean areAllClosed() {
            return inputs.stream().allMatch(TrackedInput::isClosed)
                    && pieces.stream().allMatch(Pieces::isClosed)
                    && OpenHandles.under(folder) == 0;
        }

        boolean wasAnyClosedWhileReading() {
            return inputs.stream().anyMatch(TrackedInput::wasClosedWhileReading);
        }
    }
}
