package spindle.net.contract;

import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/// A test class whose constructor takes a [NetworkUnderTest] and an engine: it runs once with each
/// two
/// of them.
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedClass(name = "{0}, {1}")
@MethodSource("spindle.net.contract.ContractRun#onEveryNetwork")
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
@interface OnEveryNetwork {}
