package spindle;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/// Runs code inside a class initialiser: there a virtual thread's stack cannot be unmounted.
public final class InClassInitialiser {
    /// What the next initialiser is to run.
    private static Coroutine.Action action = () -> {};

    private InClassInitialiser() {}

    /// Runs `code` in the initialiser of a class that is made for it, since each runs but once.
    public static void run(Coroutine.Action code) throws IOException, IllegalAccessException {
        action = code;
        String file = Initialised.class.getName().replace('.', '/') + ".class";
        try (InputStream bytes = Initialised.class.getClassLoader().getResourceAsStream(file)) {
            MethodHandles.lookup().defineHiddenClass(bytes.readAllBytes(), true);
        }
    }

    static void runAction() {
        try {
            action.run();
        } catch (Exception failure) {
            throw new IllegalStateException(failure);
        }
    }

    private static final class Initialised {
        static {
            runAction();
        }
    }
}
