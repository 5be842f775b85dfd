package spindle.http.cookie;

import org.jspecify.annotations.Nullable;

import spindle.Async;
import spindle.Coroutine;
import spindle.files.AsyncFiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/// Files of cookies. They are Latin-1, since cookies are bytes: other tools must send the same
/// ones.
final class CookieFile {
    private static final Set<PosixFilePermission> OWNER_ONLY =
            PosixFilePermissions.fromString("rw-------");

    private static final int FEW_BYTES = 1024 * 1024;

    /// What a line has besides what the options limit.
    private static final int BYTES_AROUND = 512;

    private CookieFile() {}

    /// Saves what `cookies` has when the file's turn comes: of two that save to one path at the
    /// same time, the later one has the later cookies.
    static Coroutine<@Nullable Void> save(Path path, Supplier<List<StoredCookie>> cookies) {
        return () -> {
            Async.await(Async.runBlocking(() -> protect(path)));
            byte[] bytes = CookiesTxt.format(cookies.get()).getBytes(StandardCharsets.ISO_8859_1);
            Async.await(AsyncFiles.replaceBytes(path, bytes));
            return null;
        };
    }

    /// Sees to it that nobody else may read the file before there is something in it. To replace
    /// a file keeps its permissions.
    private static @Nullable Void protect(Path path) throws IOException {
        Path folder = path.toAbsolutePath().getParent();
        if (folder == null
                || Files.getFileAttributeView(folder, PosixFileAttributeView.class) == null) {
            return null;
        }
        try {
            Files.createFile(path, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
        } catch (FileAlreadyExistsException older) {
            if (!Files.isDirectory(path)) {
                Files.setPosixFilePermissions(path, OWNER_ONLY);
            }
        }
        return null;
    }

    /// Reads a file. Suspends the calling task.
    static List<CookiesTxt.Line> load(Path path, CookieOptions options) throws Exception {
        byte[] bytes = Async.await(AsyncFiles.readAllBytes(path, mostBytes(options)));
        return CookiesTxt.parse(path, new String(bytes, StandardCharsets.ISO_8859_1));
    }

    /// Returns how large a full jar's file may be.
    private static int mostBytes(CookieOptions options) {
        long ofCookie = (long) options.maxNameAndValueBytes()
                + 2L * options.maxAttributeBytes()
                + BYTES_AROUND;
        long most = FEW_BYTES + ofCookie * options.maxCookies();
        return (int) Math.min(most, Integer.MAX_VALUE - 8);
    }
}
