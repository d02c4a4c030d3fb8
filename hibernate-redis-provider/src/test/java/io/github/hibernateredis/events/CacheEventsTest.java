package io.github.hibernateredis.events;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.testing.LoggedLines;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CacheEventsTest {

    private final List<String> received = new ArrayList<>();

    private CacheListener listener(String name) {
        return new CacheListener() {
            @Override
            public void hit(String region) {
                received.add(name);
            }
        };
    }

    @Test
    void everyListenerReceivesTheEvent() {
        CacheListener one = listener("one");
        CacheEvents events = new CacheEvents(List.of(one));
        events.add(listener("two"));
        events.hit("books");
        assertThat(received).containsExactly("one", "two");
        events.remove(one);
        events.hit("books");
        assertThat(received).containsExactly("one", "two", "two");
    }

    /**
     * A method that is missing here would drop its event. So the test calls every method on a listener that records its
     * name.
     */
    @Test
    void everyEventIsPassedOn() throws Exception {
        CacheListener noting = (CacheListener) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {CacheListener.class}, (proxy, method, arguments) -> {
                    received.add(method.getName() + (arguments == null ? "[]" : Arrays.toString(arguments)));
                    return null;
                });
        CacheEvents events = new CacheEvents(List.of(noting));
        List<String> expected = new ArrayList<>();
        for (Method method : CacheListener.class.getMethods()) {
            Object[] arguments = Arrays.stream(method.getParameterTypes())
                    .map(CacheEventsTest::value)
                    .toArray();
            method.invoke(events, arguments);
            expected.add(method.getName() + Arrays.toString(arguments));
        }
        assertThat(received).isEqualTo(expected).hasSizeGreaterThan(10);
    }

    private static Object value(Class<?> type) {
        if (type.isEnum()) {
            return type.getEnumConstants()[1];
        }
        if (type == long.class) {
            return 7L;
        }
        if (type == boolean.class) {
            return true;
        }
        return type == Throwable.class ? new IllegalStateException("lost") : "text";
    }

    @Test
    void whatAListenerThrowsIsDroppedAndLoggedOnce() {
        CacheEvents events = new CacheEvents(List.of(
                new CacheListener() {
                    @Override
                    public void hit(String region) {
                        throw new IllegalStateException("broken");
                    }
                },
                listener("two")));
        List<String> warnings;
        try (LoggedLines log = new LoggedLines()) {
            events.hit("books");
            events.hit("books");
            warnings = log.warnings();
        }
        assertThat(received).containsExactly("two", "two");
        assertThat(warnings).singleElement().asString().contains("HRP-301", CacheEventsTest.class.getName());
    }
}
