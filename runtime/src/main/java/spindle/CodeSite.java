package spindle;

import org.jspecify.annotations.Nullable;

import java.util.Set;

/// Tells people where code is: the class behind a lambda, the line at which a coroutine waits.
///
/// Only `toString()` comes here. A lambda doesn't know the line it was written on, so a
/// callback is named after the class that it is in; a coroutine that runs or waits is named
/// after its own frame on the stack.
///
/// Next: [Origin].
final class CodeSite {
    /// Whose frames are at the bottom of every coroutine's stack.
    private static final Set<String> STARTERS = Set.of(
            "spindle.LoopCarriedSuspension",
            "spindle.HandoffSuspension",
            "spindle.Task",
            "spindle.Coroutine");

    private CodeSite() {}

    /// Returns the name of a callback or coroutine: `Fetch lambda`, or its own `toString()` if
    /// it has one.
    static String of(Object code) {
        Class<?> type = code.getClass();
        if (type.isHidden() || type.isSynthetic()) {
            String name = simpleName(type.getName());
            int lambda = name.indexOf("$$Lambda");
            return (lambda < 0 ? name : name.substring(0, lambda)) + " lambda";
        }
        return code.toString();
    }

    /// Returns the first frame from the bottom of a coroutine's stack that is the user's, as
    /// `get() at Fetch.java:31`, or null if there is none.
    static @Nullable String ofStack(StackTraceElement[] stack) {
        for (int i = stack.length - 1; i >= 0; i--) {
            StackTraceElement frame = stack[i];
            if (!isMachinery(frame.getClassName())) {
                return ofFrame(frame);
            }
        }
        return null;
    }

    /// Returns a frame as `get() at Fetch.java:31`.
    static String ofFrame(StackTraceElement frame) {
        return methodName(frame) + "() at " + frame.getFileName() + ":" + frame.getLineNumber();
    }

    /// Returns whether a frame is of what starts a coroutine, and not of the coroutine.
    private static boolean isMachinery(String className) {
        int nested = className.indexOf('$');
        String outer = nested < 0 ? className : className.substring(0, nested);
        return outer.startsWith("java.") || outer.startsWith("jdk.") || STARTERS.contains(outer);
    }

    /// Returns the method a person wrote: the compiler calls the body of a lambda in `get`
    /// `lambda$get$0`.
    private static String methodName(StackTraceElement frame) {
        String name = frame.getMethodName();
        String[] parts = name.split("\\$", -1);
        return parts.length == 3 && parts[0].equals("lambda") ? parts[1] : name;
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }
}
