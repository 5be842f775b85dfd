package spindle.http.body;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;

/// A program without Jackson.
class MissingJacksonTest {
    private final ClassLoader without = new WithoutJackson();

    @Test
    void jsonSaysWhichLibraryIsMissing() throws Exception {
        Method json = body().getMethod("json", Object.class);

        assertThatThrownBy(() -> json.invoke(null, 1))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("JSON needs the library tools.jackson.core:jackson-databind")
                .hasMessageContaining("or give text to jsonText");
    }

    @Test
    void allElseWorks() throws Exception {
        Object text = body().getMethod("jsonText", String.class).invoke(null, "{}");
        Object form = body().getMethod("form", Map.class).invoke(null, Map.of("a", "b"));

        assertThat(text).hasToString("<RequestBody json length=2 type='application/json'>");
        assertThat(form.toString()).contains("form length=3");
        assertThat(body().getMethods()).isNotEmpty();
    }

    private Class<?> body() throws ClassNotFoundException {
        return without.loadClass(RequestBody.class.getName());
    }

    /// Defines the classes of bodies itself, so that they look for others here.
    private static final class WithoutJackson extends ClassLoader {
        private static final String PACKAGE = RequestBody.class.getPackageName() + ".";

        WithoutJackson() {
            super(MissingJacksonTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("tools.jackson.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith(PACKAGE)) {
                return super.loadClass(name, resolve);
            }
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }

        private Class<?> define(String name) throws ClassNotFoundException {
            try (InputStream file = RequestBody.class.getResourceAsStream(
                    name.substring(PACKAGE.length()) + ".class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException failure) {
                throw new ClassNotFoundException(name, failure);
            }
        }
    }
}
