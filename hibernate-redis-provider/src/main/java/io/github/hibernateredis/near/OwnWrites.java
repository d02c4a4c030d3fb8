package io.github.hibernateredis.near;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The keys that this instance is writing. From before a lock is sent until the reply to its end, a key is neither found
 * in the near cache nor kept in it. Thread safe and non-blocking.
 */
final class OwnWrites {

    /** The writes in progress of each key, with the time when each was started or renewed. */
    private final Map<String, Map<String, Long>> writes = new ConcurrentHashMap<>();

    private final AtomicInteger writesOfAll = new AtomicInteger();
    private final AtomicLong ids = new AtomicLong();

    /** Creates an id for a write that has none. */
    String newId() {
        return "#" + ids.incrementAndGet();
    }

    boolean isWriting(String key) {
        return writesOfAll.get() > 0 || !writes.isEmpty() && writes.containsKey(key);
    }

    /** Starts or renews a write. */
    void begin(String key, String id, long now) {
        writes.compute(key, (name, some) -> {
            Map<String, Long> all = some == null ? new ConcurrentHashMap<>(4) : some;
            all.put(id, now);
            return all;
        });
    }

    void end(String key, String id) {
        writes.computeIfPresent(key, (name, some) -> {
            some.remove(id);
            return some.isEmpty() ? null : some;
        });
    }

    void beginAll() {
        writesOfAll.incrementAndGet();
    }

    void endAll() {
        writesOfAll.decrementAndGet();
    }

    /** A write of a key. */
    record Write(String key, String id) {}

    /** The writes that were neither ended nor renewed since that moment: those of abandoned sessions. */
    List<Write> begunBefore(long moment) {
        List<Write> old = new ArrayList<>();
        writes.forEach((key, some) -> some.forEach((id, at) -> {
            if (at - moment < 0) {
                old.add(new Write(key, id));
            }
        }));
        return old;
    }
}
