package io.github.hibernateredis.store.redis;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The puts of a region that were sent and are not answered yet: a read of the key waits for them. Thread safe. */
final class UnansweredPuts {

    private final Map<String, CompletableFuture<?>> byKey = new ConcurrentHashMap<>();

    boolean isEmpty() {
        return byKey.isEmpty();
    }

    /** Several puts of a key share one element, which is removed with the last answer. */
    void add(String key, CompletableFuture<?> put) {
        CompletableFuture<?> all = Objects.requireNonNull(byKey.merge(key, put, CompletableFuture::allOf));
        // Registered on the combined future: a callback of one put alone would run before the dependent futures are
        // complete.
        all.whenComplete((done, failure) -> byKey.remove(key, all));
    }

    /** The unanswered puts of these keys. */
    List<CompletableFuture<?>> of(Collection<String> keys) {
        return isEmpty()
                ? List.of()
                : keys.stream()
                        .<CompletableFuture<?>>mapMulti((key, found) -> {
                            CompletableFuture<?> put = byKey.get(key);
                            if (put != null) {
                                found.accept(put);
                            }
                        })
                        .toList();
    }
}
