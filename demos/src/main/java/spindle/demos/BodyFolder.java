package spindle.demos;

import spindle.http.ClientResponse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;

/// A folder that bodies are saved in, each in a file named after its number and URL, such as
/// `0001-example.org-index.html`.
///
/// A name has letters, digits, dots, hyphens and underscores only, whatever the URL has, so it
/// cannot lead out of the folder. The number makes it different from all others of a run.
final class BodyFolder {
    private static final int LONGEST_MIDDLE = 100;

    private static final Map<String, String> EXTENSIONS = Map.of(
            "text/html", ".html",
            "text/plain", ".txt",
            "text/css", ".css",
            "text/xml", ".xml",
            "application/xml", ".xml",
            "application/json", ".json",
            "text/javascript", ".js",
            "image/png", ".png",
            "image/jpeg", ".jpg");

    private final Path folder;

    private BodyFolder(Path folder) {
        this.folder = folder;
    }

    /// A body that could not be saved.
    static final class SaveException extends IOException {
        private static final long serialVersionUID = 1L;

        SaveException(Path file, IOException cause) {
            super("cannot write " + file + ": " + FileTrouble.reasonOf(cause), cause);
        }
    }

    /// Returns a folder, made if it is not there.
    static BodyFolder at(Path folder) throws IOException {
        return new BodyFolder(Files.createDirectories(folder));
    }

    /// Saves a body and returns its file. Blocks.
    ///
    /// @param number of the URL, from 1
    Path save(int number, String url, ClientResponse response, byte[] body) throws IOException {
        String contentType = response.headers().first("Content-Type").orElse("");
        Path file = folder.resolve(nameOf(number, url, contentType));
        try {
            return Files.write(file, body);
        } catch (IOException failure) {
            throw new SaveException(file, failure);
        }
    }

    static String nameOf(int number, String url, String contentType) {
        String address = url.replaceFirst("^[A-Za-z]+://", "").replaceFirst("[?#].*", "");
        String middle = address.toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9._-]+", "-")
                .replaceAll("[.-]*-[.-]*", "-")
                .replaceAll("^[-.]+|[-.]+$", "");
        String extension = "";
        boolean namesFile = address.matches(".*/[^/]*\\.[A-Za-z0-9]{1,5}");
        if (!namesFile) {
            String type = contentType.replaceFirst(";.*", "").strip().toLowerCase(Locale.ROOT);
            extension = EXTENSIONS.getOrDefault(type, ".bin");
        }
        return String.format(Locale.ROOT, "%04d-%s%s", number, shortened(middle), extension);
    }

    /// Cuts in the middle: the host is at the start, and what kind of file it is at the end.
    private static String shortened(String middle) {
        if (middle.length() <= LONGEST_MIDDLE) {
            return middle;
        }
        int half = LONGEST_MIDDLE / 2;
        return middle.substring(0, half) + "-" + middle.substring(middle.length() - half);
    }
}
