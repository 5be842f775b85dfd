package spindle.http.coding;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/// Loads this package and the libraries of codings anew, without what it is told to hide.
final class HidingClassLoader extends ClassLoader {

    private static final Set<String> OWN =
            Set.of("spindle.http.coding.", "com.aayushatharva.", "com.github.luben.");

    private final Predicate<String> isHidden;
    private final Set<String> defined = new TreeSet<>();

    /// @param isHidden gets names such as `com/example/Some.class` and `lib/libsome.so`
    HidingClassLoader(Predicate<String> isHidden) {
        super(HidingClassLoader.class.getClassLoader());
        this.isHidden = isHidden;
    }

    /// Returns the names of the classes that were loaded here.
    Set<String> defined() {
        return defined;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (OWN.stream().noneMatch(name::startsWith)) {
            return super.loadClass(name, resolve);
        }
        Class<?> loaded = findLoadedClass(name);
        return loaded != null ? loaded : define(name);
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (stream == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = stream.readAllBytes();
            defined.add(name);
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }

    @Override
    public URL getResource(String name) {
        return isHidden.test(name) ? null : super.getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return isHidden.test(name) ? Collections.emptyEnumeration() : super.getResources(name);
    }
}
