package spindle;

import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.helpers.NOPMDCAdapter;
import org.slf4j.spi.MDCAdapter;

import java.lang.reflect.Field;
import java.util.HashMap;
import java.util.Map;

/// A logging context as real backends have one: slf4j-simple, which the tests log with, has
/// none.
final class ThreadLocalMdc extends NOPMDCAdapter {
    private static final ThreadLocal<@Nullable Map<String, String>> values = new ThreadLocal<>();
    private @Nullable MDCAdapter before;

    void install() throws ReflectiveOperationException {
        Field adapter = adapterField();
        before = (MDCAdapter) adapter.get(null);
        adapter.set(null, this);
    }

    void uninstall() throws ReflectiveOperationException {
        adapterField().set(null, before);
    }

    private static Field adapterField() throws ReflectiveOperationException {
        Field field = MDC.class.getDeclaredField("MDC_ADAPTER");
        field.setAccessible(true);
        return field;
    }

    @Override
    public void put(String key, String value) {
        Map<String, String> changed = new HashMap<>();
        Map<String, String> now = values.get();
        if (now != null) {
            changed.putAll(now);
        }
        changed.put(key, value);
        values.set(changed);
    }

    @Override
    public @Nullable String get(String key) {
        Map<String, String> now = values.get();
        return now == null ? null : now.get(key);
    }

    @Override
    public void clear() {
        values.remove();
    }

    @Override
    public @Nullable Map<String, String> getCopyOfContextMap() {
        Map<String, String> now = values.get();
        return now == null ? null : new HashMap<>(now);
    }

    @Override
    public void setContextMap(Map<String, String> map) {
        values.set(new HashMap<>(map));
    }
}
