package spindle.http.coding;

import java.util.function.BooleanSupplier;

/// Finds out, once and when first asked, which optional libraries are there and work here.
///
/// Each of the two has code of its own for each platform, which it unpacks and loads. A
/// library that is absent, has nothing for this platform, or may not load it, is no error: we
/// only don't ask for its coding. Classes that name the library's are touched only when it is
/// there.
final class NativeLibraries {

    private NativeLibraries() {}

    static boolean hasBrotli() {
        return Brotli.IS_USABLE;
    }

    static boolean hasZstd() {
        return Zstd.IS_USABLE;
    }

    /// The class that is loaded once is the memory of the answer.
    private static final class Brotli {
        static final boolean IS_USABLE = isUsable(
                "com.aayushatharva.brotli4j.Brotli4jLoader", () -> BrotliDecoding.isUsable());
    }

    private static final class Zstd {
        static final boolean IS_USABLE =
                isUsable("com.github.luben.zstd.util.Native", () -> ZstdDecoding.isUsable());
    }

    // Lambdas above, not method references: those would load the class before it is known to
    // have what it needs.
    private static boolean isUsable(String className, BooleanSupplier probe) {
        try {
            Class<?> _ = Class.forName(className, false, NativeLibraries.class.getClassLoader());
            return probe.getAsBoolean();
        } catch (ClassNotFoundException | LinkageError | RuntimeException e) {
            // Absent, without code for this platform, or forbidden to load it
            // (--illegal-native-access=deny).
            return false;
        }
    }
}
