package io.github.hibernateredis.testing;

import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Records the requests to Redis in their order, and replaces some of them if a test wants that. Thread safe. */
public final class Hooks {

    /** Returns the replacement of a request; null to send it. */
    public interface Hook {
        @Nullable
        CompletableFuture<?> before(Object[] arguments);
    }

    private final Map<String, Hook> hooks = new ConcurrentHashMap<>();
    private final List<String> sent = new CopyOnWriteArrayList<>();

    /** Wraps stores with the hooks. */
    public Stores around(Stores stores) {
        return hooked(Stores.class, stores);
    }

    /** Sets the hook of a method of {@link RegionStore} or {@link TableStamps}. */
    public void on(String method, Hook hook) {
        hooks.put(method, hook);
    }

    /** Removes all hooks and recorded requests. */
    public void reset() {
        hooks.clear();
        sent.clear();
    }

    /** The methods that were called since the last reset, with their first arguments, without heartbeats. */
    public List<String> sent() {
        return List.copyOf(sent);
    }

    /** How often the method was called. */
    public long count(String method) {
        return sent.stream().filter(call -> call.startsWith(method + ' ')).count();
    }

    private <T> T hooked(Class<T> type, Object target) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> {
                    Object[] arguments = given == null ? new Object[0] : given;
                    if (CompletableFuture.class.isAssignableFrom(method.getReturnType())
                            && !method.getName().equals("heartbeat")
                            && !method.getName().equals("connect")) {
                        sent.add(method.getName() + ' ' + (arguments.length == 0 ? "" : arguments[0]));
                        Hook hook = hooks.get(method.getName());
                        CompletableFuture<?> instead = hook == null ? null : hook.before(arguments);
                        if (instead != null) {
                            return instead;
                        }
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (result instanceof RegionStore) {
                            return hooked(RegionStore.class, result);
                        }
                        return result instanceof TableStamps ? hooked(TableStamps.class, result) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getTargetException();
                    }
                }));
    }
}
