package spindle;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A test class whose constructor takes a [CoroutineEngine] and that runs once on each.
///
/// A test runs in a thread of its own: a loop that hangs takes no notice of the interrupt by which
/// JUnit would end it, but it can be left behind.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}")
@EnumSource(CoroutineEngine.class)
@Timeout(value = 10, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public @interface OnBothEngines {}
