package io.github.hibernateredis.store.redis;

import static io.github.hibernateredis.store.redis.RedisConnection.bytes;

import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.RegionSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reports reads of entries with {@code max_idle} to Redis. The first report is sent at once; those that arrive while it
 * is under way are sent together after it. No thread waits for them. A request that fails loses its reports, which only
 * costs hits. Thread safe; never blocks.
 */
final class AccessReports {

    /** How many may wait: more are not reported, and are due again with their next read. */
    private static final int MOST_WAITING = 10_000;

    /** Of one request: Redis does nothing else meanwhile. */
    private static final int MOST_KEYS = 50;

    private static final int MOST_BYTES = 256 * 1024;

    private final RedisConnection redis;
    private final KeyLayout.Place place;
    private final Supplier<byte[]> fieldExpiry;
    private final long idleMillis;
    private final long dueMillis;

    /** Of each key that was read how large its item is. */
    private final Map<String, Integer> waiting = new HashMap<>();

    private Map<String, Integer> underWay = Map.of();

    private AccessReports(
            RedisConnection redis,
            KeyLayout.Place place,
            Supplier<byte[]> fieldExpiry,
            RegionSpec region,
            Duration maxIdle) {
        this.redis = redis;
        this.place = place;
        this.fieldExpiry = fieldExpiry;
        this.idleMillis = maxIdle.toMillis();
        this.dueMillis = idleMillis - region.unreportedMillis();
    }

    /**
     * The reports of a segment; null if there is nothing to report.
     *
     * @param fieldExpiry whether the server expires hash fields, as the scripts take it
     */
    static @Nullable AccessReports of(
            RedisConnection redis, KeyLayout.Place place, Supplier<byte[]> fieldExpiry, RegionSpec region) {
        Duration maxIdle = region.maxIdle();
        return maxIdle == null ? null : new AccessReports(redis, place, fieldExpiry, region, maxIdle);
    }

    /**
     * An item has been read.
     *
     * @param remainingMillis what is left of its time
     * @param size how large it is
     */
    void read(String key, long remainingMillis, int size) {
        if (remainingMillis > dueMillis) {
            return;
        }
        synchronized (this) {
            if (underWay.containsKey(key) || waiting.size() >= MOST_WAITING) {
                return;
            }
            waiting.put(key, size);
            if (!underWay.isEmpty()) {
                return;
            }
            underWay = take();
        }
        send();
    }

    private Map<String, Integer> take() {
        Map<String, Integer> taken = new HashMap<>();
        long size = 0;
        Iterator<Map.Entry<String, Integer>> rest = waiting.entrySet().iterator();
        while (rest.hasNext() && taken.size() < MOST_KEYS && size < MOST_BYTES) {
            Map.Entry<String, Integer> next = rest.next();
            taken.put(next.getKey(), next.getValue());
            size += next.getValue();
            rest.remove();
        }
        return taken;
    }

    private void send() {
        List<byte[]> arguments = new ArrayList<>();
        arguments.add(fieldExpiry.get());
        arguments.add(bytes(idleMillis));
        arguments.add(bytes(dueMillis));
        underWay.keySet().forEach(key -> arguments.add(bytes(key)));
        redis.run(
                        RequestKind.PUT,
                        redis.route(place.guards()),
                        Script.TOUCH,
                        List.of(place.data()),
                        arguments.toArray())
                .whenComplete((done, failure) -> answered(failure != null));
    }

    private void answered(boolean failed) {
        synchronized (this) {
            if (failed) {
                waiting.clear(); // what is asked of Redis next shows whether it is back
            }
            underWay = take();
            if (underWay.isEmpty()) {
                return;
            }
        }
        send();
    }
}
