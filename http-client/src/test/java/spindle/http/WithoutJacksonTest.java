package spindle.http;

import static org.assertj.core.api.Assertions.assertThat;

import static spindle.Async.await;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

import spindle.Async;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;

/// A program without Jackson.
@Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class WithoutJacksonTest {
    @Test
    void jsonSaysWhichLibraryIsMissingAndAllElseWorks() throws Exception {
        Class<?> program = new HidingLoader().loadClass(Program.class.getName());
        List<?> said = (List<?>) program.getMethod("run").invoke(null);

        assertThat(said)
                .hasToString("[java.lang.IllegalStateException: reading JSON needs Jackson: add"
                        + " tools.jackson.core:jackson-databind to the program,"
                        + " java.lang.IllegalStateException: reading JSON needs Jackson: add"
                        + " tools.jackson.core:jackson-databind to the program, {}]");
    }

    /// Runs in classes of its own.
    public static final class Program {
        private Program() {}

        /// Asks twice for JSON, and then for text.
        public static List<String> run() throws Exception {
            return Async.run(() -> {
                try (ScriptedServer server = ScriptedServer.open();
                        ClientSession session = ClientSession.open();
                        ClientResponse response = await(session.get(server.url("/probe?{}")))) {
                    return List.of(failure(response), failure(response), await(response.text()));
                }
            });
        }

        private static String failure(ClientResponse response) throws Exception {
            try {
                return "made " + await(response.json(List.class));
            } catch (IllegalStateException missing) {
                return missing.toString();
            }
        }
    }

    /// Defines the client's classes itself, so that they look for others here, and knows no
    /// Jackson.
    private static final class HidingLoader extends ClassLoader {
        HidingLoader() {
            super(WithoutJacksonTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("tools.jackson.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("spindle.http.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file =
                    getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (file == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException failure) {
                throw new ClassNotFoundException(name, failure);
            }
        }
    }
}
