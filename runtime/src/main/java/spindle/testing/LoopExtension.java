package spindle.testing;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.Extension;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContext;
import org.junit.jupiter.api.extension.TestTemplateInvocationContextProvider;

import spindle.CoroutineEngine;
import spindle.EventLoop;

import java.lang.reflect.Method;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/// Runs the methods that are marked with [LoopTest], once for each engine and seed.
@SuppressWarnings("exports") // Who uses JUnit has JUnit.
public final class LoopExtension implements TestTemplateInvocationContextProvider {
    /// Called by JUnit.
    public LoopExtension() {}

    @Override
    public boolean supportsTestTemplate(ExtensionContext context) {
        return context.getRequiredTestMethod().isAnnotationPresent(LoopTest.class);
    }

    @Override
    public Stream<TestTemplateInvocationContext> provideTestTemplateInvocationContexts(
            ExtensionContext context) {
        LoopTest test = context.getRequiredTestMethod().getAnnotation(LoopTest.class);
        return engines(test).flatMap(engine -> invocations(engine, test.seeds()));
    }

    private static Stream<CoroutineEngine> engines(LoopTest test) {
        return test.engines().length == 0
                ? Stream.of(CoroutineEngine.best())
                : Stream.of(test.engines()).filter(CoroutineEngine::isAvailable);
    }

    private static Stream<TestTemplateInvocationContext> invocations(
            CoroutineEngine engine, int seeds) {
        if (seeds == 0) {
            return Stream.of(new OneRun(engine, null));
        }
        Long only = Long.getLong(Testing.SEED_PROPERTY);
        LongStream each = only == null ? LongStream.rangeClosed(1, seeds) : LongStream.of(only);
        return each.mapToObj(seed -> new OneRun(engine, seed));
    }

    /// One run of a test.
    private record OneRun(CoroutineEngine engine, @Nullable Long seed)
            implements TestTemplateInvocationContext {
        @Override
        public String getDisplayName(int index) {
            return engine + (seed == null ? "" : ", " + Testing.describeSeed(seed));
        }

        @Override
        public List<Extension> getAdditionalExtensions() {
            EventLoop.Builder builder = EventLoop.builder().engine(engine);
            return List.of(new InLoop(new TestRun(seed == null ? builder : builder.seed(seed))));
        }
    }

    /// Has the test's method run in the loop, and gives it the parts of the loop it asks for.
    private record InLoop(TestRun run) implements InvocationInterceptor, ParameterResolver {
        @Override
        public void interceptTestTemplateMethod(
                Invocation<@Nullable Void> test,
                ReflectiveInvocationContext<Method> method,
                ExtensionContext context)
                throws Throwable {
            run.run(() -> proceed(test));
        }

        private static void proceed(Invocation<@Nullable Void> test) throws Exception {
            try {
                test.proceed();
            } catch (Exception | Error failure) {
                throw failure;
            } catch (Throwable neither) {
                throw new AssertionError(neither);
            }
        }

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            Class<?> type = parameter.getParameter().getType();
            return type == AutoJumpClock.class
                    || type == ManualClock.class
                    || type == ReportedFailures.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == ReportedFailures.class
                    ? run.reports()
                    : run.clock();
        }
    }
}
