package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A region with a maximum number of entries keeps approximately to it. */
class MaxEntriesIT {

    private static final RedisCommands REDIS = SharedRedis.connect();
    private static final int MOST = 2_000;
    private static final int KEYS = 10 * MOST;
    private static final int READS = 120_000;
    private static final int AT_ONCE = 100;
    private static final byte[] VALUE = "value".getBytes(UTF_8);

    private final Stores stores = new RedisStores(
            () -> CompletableFuture.completedFuture(null),
            new ConnectionChanges(),
            "max-entries",
            Duration.ofMinutes(1),
            new RedisConnection(RedissonOfTests::client, RequestGuard.NONE),
            CacheListener.NONE,
            System::nanoTime);

    private RegionStore region(String name, long most, int segments) {
        RegionStore region = stores.region(new RegionSpec(name, Duration.ofHours(1), 0, most, segments));
        region.heartbeat(List.of()).join();
        return region;
    }

    /** An exact cache of the same size, which drops the entry that was read least recently. */
    private static final class ExactLru extends LinkedHashMap<Integer, Boolean> {

        private static final long serialVersionUID = 1L;

        ExactLru() {
            super(16, 0.75f, true);
        }

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Boolean> eldest) {
            return size() > MOST;
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 16})
    void theBoundIsKeptAndTheHitRateIsNearThatOfExactLru(int segments) {
        RegionStore region = region("region-" + UUID.randomUUID(), MOST, segments);
        double[] cumulated = new double[KEYS];
        double sum = 0;
        for (int i = 0; i < KEYS; i++) {
            sum += 1 / Math.pow(i + 1, 0.99);
            cumulated[i] = sum;
        }
        Random random = new Random(42);
        ExactLru lru = new ExactLru();
        long largest = 0;
        int counted = 0;
        int hits = 0;
        int exactHits = 0;
        for (int read = 0; read < READS; read += AT_ONCE) {
            int[] wanted = new int[AT_ONCE];
            for (int i = 0; i < AT_ONCE; i++) {
                int found = Arrays.binarySearch(cumulated, random.nextDouble() * sum);
                wanted[i] = found < 0 ? -found - 1 : found;
            }
            boolean warm = read >= READS / 3;
            Map<String, Lookup> lookups = region.readAll(
                            Arrays.stream(wanted).mapToObj(String::valueOf).toList(), Snapshot.LATEST)
                    .join();
            Map<Integer, CompletableFuture<PutOutcome>> puts = new HashMap<>();
            for (int key : wanted) {
                boolean hit = lookups.get(String.valueOf(key)) instanceof Lookup.Hit || puts.containsKey(key);
                boolean exactHit = lru.get(key) != null;
                lru.put(key, true);
                if (warm) {
                    counted++;
                    hits += hit ? 1 : 0;
                    exactHits += exactHit ? 1 : 0;
                }
                if (!hit) {
                    puts.put(key, region.put(new Put(String.valueOf(key), VALUE, System.nanoTime(), Put.Mode.ADD)));
                }
            }
            puts.values().forEach(CompletableFuture::join);
            largest = Math.max(largest, read % 1000 == 0 ? region.size().join().items() : 0);
        }
        double rate = 100.0 * hits / counted;
        double exact = 100.0 * exactHits / counted;
        System.out.printf(
                "%d segments: at most %d of %d entries, hits %.1f %%, exact LRU %.1f %%%n",
                segments, largest, MOST, rate, exact);
        assertThat(largest).isBetween(MOST * 9L / 10, MOST * 105L / 100);
        assertThat(rate).isGreaterThan(exact - 5);
    }

    /** Locks and floors are in another hash, and the newest stamp is not an entry. */
    @Test
    void noGuardIsEverEvicted() {
        String name = "region-" + UUID.randomUUID();
        RegionStore region = region(name, 10, 1);
        StoreKey locked = new StoreKey(name, "locked");
        region.evict("floor").join();
        stores.begin(new TransactionBegin(List.of(new TransactionBegin.Lock(locked, "id", 0)), null))
                .join();
        String guards = "max-entries:{" + name + "}:guards";
        long before = REDIS.map("HGETALL", guards).keySet().stream()
                .filter(field -> !field.equals("c"))
                .count();
        for (int i = 0; i < 500; i++) {
            region.put(new Put("key" + i, VALUE, System.nanoTime(), Put.Mode.ADD))
                    .join();
            assertThat(region.size().join().items()).isLessThanOrEqualTo(10);
        }
        assertThat(REDIS.map("HGETALL", guards).keySet().stream()
                        .filter(field -> !field.equals("c"))
                        .count())
                .isEqualTo(before);
        assertThat(region.put(new Put("locked", VALUE, System.nanoTime(), Put.Mode.ADD))
                        .join())
                .isEqualTo(PutOutcome.REFUSED_LOCKED);
    }

    /** An instance with a lower maximum shrinks the region while it stores entries, a few at a time. */
    @Test
    void aBoundThatIsLoweredIsReached() {
        String name = "region-" + UUID.randomUUID();
        RegionStore before = region(name, 0, 1);
        for (int i = 0; i < 300; i++) {
            before.put(new Put("key" + i, VALUE, System.nanoTime(), Put.Mode.ADD))
                    .join();
        }
        assertThat(before.size().join().items()).isEqualTo(300);
        Stores others = new RedisStores(
                () -> CompletableFuture.completedFuture(null),
                new ConnectionChanges(),
                "max-entries",
                Duration.ofMinutes(1),
                new RedisConnection(RedissonOfTests::client, RequestGuard.NONE),
                CacheListener.NONE,
                System::nanoTime);
        RegionStore after = others.region(new RegionSpec(name, Duration.ofHours(1), 0, 50, 1));
        after.heartbeat(List.of()).join();
        assertThat(after.size().join().items()).as("a heartbeat stores nothing").isEqualTo(300);
        for (int i = 0; i < 20; i++) {
            after.put(new Put("more" + i, VALUE, System.nanoTime(), Put.Mode.ADD))
                    .join();
        }
        assertThat(after.size().join().items()).isEqualTo(50);
    }
}
