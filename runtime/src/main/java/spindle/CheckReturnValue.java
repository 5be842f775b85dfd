package spindle;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// Marks a method whose result does nothing until it is awaited, so that ignoring it is a
/// mistake.
///
/// A coroutine is inert: `session.get(url);` on a line of its own fetches nothing. Python says
/// so when the program runs ("was never awaited"); Error Prone knows this annotation by its
/// name and says so when it is compiled.
@Documented
@Retention(RetentionPolicy.CLASS)
@Target(ElementType.METHOD)
public @interface CheckReturnValue {}
