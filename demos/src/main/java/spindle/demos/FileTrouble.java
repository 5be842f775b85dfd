package spindle.demos;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;

/// Says in words why a file could not be used: the JDK's exceptions often name the file and no
/// more.
final class FileTrouble {
    private FileTrouble() {}

    static String reasonOf(IOException failure) {
        return switch (failure) {
            case NoSuchFileException _ -> "there is no such file or folder";
            case AccessDeniedException _ -> "permission denied";
            case FileAlreadyExistsException _ -> "it is a file";
            default -> String.valueOf(failure.getMessage());
        };
    }
}
