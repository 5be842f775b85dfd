package spindle;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A test class whose constructor takes [LoopSettings] and that runs once with each: as
/// [OnBothEngines], and with eager and with lazy tasks, in debug mode and out of it.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@MethodSource("spindle.LoopSettings#all")
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public @interface OnEveryLoop {}
