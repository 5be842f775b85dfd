package spindle.files;

import java.io.IOException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/// Says in an exception which file it is about and what was to be done with it. Those of the JDK
/// say one of the two at the most.
final class FileFailures {
    private FileFailures() {}

    /// Keeps the subtypes by which callers tell the common failures from each other.
    static IOException explain(Path path, String purpose, IOException failure) {
        if (failure instanceof FileLimitException explained) {
            return explained;
        }
        String file = path.toString();
        String why = "cannot " + purpose + ": ";
        FileSystemException explained = switch (failure) {
            case NoSuchFileException _ ->
                new NoSuchFileException(file, null, why + "there is no such file");
            case AccessDeniedException _ ->
                new AccessDeniedException(file, null, why + "access is denied");
            case FileAlreadyExistsException _ ->
                new FileAlreadyExistsException(file, null, why + "it is there already");
            case FileSystemException other ->
                new FileSystemException(file, null, why + reasonOf(other));
            case CharacterCodingException other ->
                new FileSystemException(file, null, why + other.getMessage());
            default -> new FileSystemException(file, null, why + failure.getMessage());
        };
        explained.initCause(failure);
        return explained;
    }

    private static String reasonOf(FileSystemException failure) {
        String reason = failure.getReason();
        return reason == null ? failure.getClass().getSimpleName() : reason;
    }

    /// What the caller did wrong stays that.
    static RuntimeException explain(Path path, String purpose, RuntimeException failure) {
        return switch (failure) {
            case NonReadableChannelException _ ->
                new IllegalStateException(
                        path + ": cannot " + purpose + ": it was not opened to be read", failure);
            case NonWritableChannelException _ ->
                new IllegalStateException(
                        path + ": cannot " + purpose + ": it was not opened to be written",
                        failure);
            default -> failure;
        };
    }
}
