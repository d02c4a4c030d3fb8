package io.github.hibernateredis.store.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.StoredValue;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TransactionBegin;
import io.github.hibernateredis.store.TransactionEnd;
import io.github.hibernateredis.testing.RedisCommands;
import io.github.hibernateredis.testing.SharedRedis;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What the scripts promise of the bounds of a region, each as a check that fails on a store whose scripts do not keep
 * it.
 */
enum Limit {
    THE_BOUND_OF_ENTRIES(store -> {
        Region region = store.region(null, 10);
        for (int i = 0; i < 100; i++) {
            region.put("key" + i);
            assertThat(region.store.size().join().items()).isLessThanOrEqualTo(10);
        }
        assertThat(region.store.size().join().items()).isEqualTo(10);
    }),
    /** One script takes out a few for each entry that it stores, and so takes a bounded time. */
    A_BOUND_THAT_IS_LOWERED_IS_REACHED_IN_STEPS(store -> {
        Region before = store.region(null, 0);
        for (int i = 0; i < 200; i++) {
            before.put("key" + i);
        }
        Region after = store.elsewhere(before, 10);
        after.put("another");
        assertThat(after.store.size().join().items()).isBetween(150L, 190L);
    }),
    /**
     * Without it every read of the segment is a miss until something is written. Of few fields the server draws some in
     * the order of its table: of 32 it draws two in any order.
     */
    THE_NEWEST_STAMP_IS_NEVER_EVICTED(store -> {
        Region region = store.region(null, 30);
        for (int i = 0; i < 400; i++) {
            region.put("key" + i);
            assertThat(Store.REDIS.string("HGET", region.data, KeyLayout.STAMP_FIELD))
                    .isNotNull();
        }
    }),
    AN_ENTRY_THAT_NOBODY_READS_GOES(store -> {
        Region region = store.region(Store.IDLE, 0);
        region.put("key");
        region.age("key", Store.IDLE.minusSeconds(5));
        assertThat(region.isHit("key")).isTrue();
        region.put("other");
        region.age("other", Store.IDLE.plusSeconds(1));
        assertThat(region.isHit("other")).isFalse();
    }),
    A_READ_GIVES_AN_ENTRY_ITS_TIME_ANEW(store -> {
        Region region = store.region(Store.IDLE, 0);
        for (int i = 0; i < 3; i++) {
            region.put("key");
            region.age("key", Store.IDLE.dividedBy(2));
            region.touch("key");
            assertThat(region.remaining(region.stored("key")))
                    .isBetween(Store.IDLE.toMillis() - 5_000, Store.IDLE.toMillis());
            assertThat(region.stored("key").value()).isEqualTo(Store.VALUE);
        }
    }),
    READS_ONE_AFTER_THE_OTHER_ARE_REPORTED_ONCE(store -> {
        Region region = store.region(Store.IDLE, 0);
        region.put("key");
        region.age("key", Store.IDLE.dividedBy(16));
        StoredValue renewed = region.stored("key");
        region.touch("key");
        assertThat(region.stored("key").expiry()).isEqualTo(renewed.expiry());
    }),
    NO_READ_MAKES_AN_ENTRY_LIVE_LONGER_THAN_ITS_TTL(store -> {
        Region region = store.region(Store.IDLE, 0);
        long most = Store.IDLE.toMillis() + 100;
        region.store
                .put(new Put("key", Store.VALUE, System.nanoTime(), Put.Mode.ADD, most))
                .join();
        StoredValue before = region.stored("key");
        assertThat(before.latestExpiry() - before.expiry()).isEqualTo(100);
        region.age("key", Store.IDLE.dividedBy(2));
        LockSupport.parkNanos(Duration.ofMillis(150).toNanos()); // now a whole time would end after the Store.TTL
        region.touch("key");
        assertThat(region.stored("key").expiry()).isEqualTo(before.latestExpiry());
        assertThat(region.stored("key").latestExpiry()).isEqualTo(before.latestExpiry());
    }),
    A_SHORTER_LIFE_STAYS_SHORTER(store -> {
        Region region = store.region(Store.IDLE, 0);
        Put put = new Put("absent", Store.VALUE, System.nanoTime(), Put.Mode.ADD, 1_000);
        assertThat(region.store.put(put).join()).isEqualTo(PutOutcome.STORED);
        StoredValue stored = region.stored("absent");
        region.touch("absent");
        assertThat(region.stored("absent").expiry()).isEqualTo(stored.expiry());
        assertThat(region.remaining(stored)).isLessThanOrEqualTo(1_000);
    }),
    A_REPORT_BRINGS_NOTHING_BACK(store -> {
        Region region = store.region(Store.IDLE, 0);
        region.put("expired");
        region.age("expired", Store.IDLE.plusSeconds(1));
        StoredValue expired = region.stored("expired");
        region.touch("expired");
        assertThat(region.stored("expired").expiry()).isEqualTo(expired.expiry());
        region.touch("never there");
        assertThat(region.raw("never there")).isNull();
        region.put("key");
        region.age("key", Store.IDLE.dividedBy(2));
        for (byte format : new byte[] {StoredValue.FORMAT, 0x4c, 0x20}) {
            byte[] other = region.raw("key");
            other[0] = format;
            Store.REDIS.call("HSET", region.data, "other", other);
            region.touch("other");
            assertThat(region.raw("other")).isEqualTo(other);
        }
    }),
    /** Nor may the sweep reclaim it. */
    AN_ENTRY_THAT_MAY_GO_EARLIER_IS_LIVE(store -> {
        Region region = store.region(Store.IDLE, 0);
        region.put("key");
        region.put("swept");
        Put again = new Put("key", Store.VALUE, System.nanoTime(), Put.Mode.ADD);
        assertThat(region.store.put(again).join()).isEqualTo(PutOutcome.PRESENT);
        assertThat(region.isHit("key")).isTrue();
    }),
    /** Else it would refuse every load of the key, and no read would find it. */
    A_TRUNCATED_ENTRY_IS_NONE(store -> {
        Region region = store.region(Store.IDLE, 0);
        region.put("key");
        Store.REDIS.call("HSET", region.data, "key", Arrays.copyOf(Objects.requireNonNull(region.raw("key")), 16));
        region.put("key");
        assertThat(region.isHit("key")).isTrue();
    }),
    /** The bound is lost, and no value. */
    A_USER_WHO_MAY_NOT_COUNT_STORES(store -> {
        Region region = store.region(null, 1);
        Put put = new Put("key", Store.VALUE, System.nanoTime(), Put.Mode.ADD);
        assertThat(region.store.put(put).join()).isEqualTo(PutOutcome.STORED);
    }),
    COMMITTED_VALUES_HAVE_IT_TOO(store -> {
        Region region = store.region(Store.IDLE, 0);
        StoreKey key = new StoreKey(region.name, "key");
        store.stores
                .end(new TransactionEnd(
                        List.of(),
                        List.of(new TransactionEnd.Insert(key, Store.VALUE, System.nanoTime())),
                        Set.of(),
                        null))
                .join();
        StoredValue stored = region.stored("key");
        assertThat(region.remaining(stored)).isLessThanOrEqualTo(Store.IDLE.toMillis());
        assertThat(stored.latestExpiry()).isGreaterThan(stored.expiry());
    }),
    /** Only where the server expires fields: else the sweep does it. */
    THE_SERVER_RECLAIMS_WHAT_NOBODY_READS(store -> {
        Region region = store.region(Store.IDLE, 0);
        region.put("key");
        if (store.hasFieldExpiry()) {
            assertThat(region.fieldMillis("key")).isBetween(Store.IDLE.toMillis() - 5_000, Store.IDLE.toMillis());
            region.age("key", Store.IDLE.dividedBy(2));
            region.touch("key");
            assertThat(region.fieldMillis("key")).isBetween(Store.IDLE.toMillis() - 5_000, Store.IDLE.toMillis());
        }
    }),
    A_LOCK_STAYS_WHATEVER_GOES(store -> {
        Region region = store.region(Store.IDLE, 10);
        StoreKey locked = new StoreKey(region.name, "locked");
        store.stores
                .begin(new TransactionBegin(List.of(new TransactionBegin.Lock(locked, "id", 0)), null))
                .join();
        for (int i = 0; i < 100; i++) {
            region.put("key" + i);
        }
        region.touch("locked");
        Put put = new Put("locked", Store.VALUE, System.nanoTime(), Put.Mode.ADD);
        assertThat(region.store.put(put).join()).isEqualTo(PutOutcome.REFUSED_LOCKED);
    });

    private final Consumer<Store> check;

    Limit(Consumer<Store> check) {
        this.check = check;
    }

    /** Checks it on a store with such scripts. */
    void check(Edits edits) {
        check.accept(new Store(edits));
    }

    /** A store with such scripts. */
    static final class Store {

        private static final RedisCommands REDIS = SharedRedis.connect();
        private static final String PREFIX = "limits";
        private static final Duration TTL = Duration.ofHours(1);

        /** Long enough that no pause of the machine counts. */
        static final Duration IDLE = Duration.ofMinutes(10);

        private static final byte[] VALUE = "value".getBytes(UTF_8);

        private final Edits edits;
        private final RedisConnection redis;
        final Stores stores;

        /** How many requests it has sent that nobody waits for. */
        final AtomicInteger unawaited = new AtomicInteger();

        Store(Edits edits) {
            this.edits = edits;
            this.redis = new RedisConnection(RedissonOfTests::client, counting(unawaited), edits);
            this.stores = new RedisStores(
                    () -> CompletableFuture.completedFuture(null),
                    new ConnectionChanges(),
                    PREFIX,
                    Duration.ofMinutes(1),
                    redis,
                    CacheListener.NONE,
                    System::nanoTime);
        }

        private static RequestGuard counting(AtomicInteger counter) {
            return new RequestGuard() {
                @Override
                public <T extends @Nullable Object> CompletableFuture<T> send(
                        RequestKind kind, String server, Supplier<CompletableFuture<T>> request) {
                    counter.addAndGet(kind == RequestKind.PUT ? 1 : 0);
                    return request.get();
                }
            };
        }

        /** The server's time. */
        static long millis() {
            List<@Nullable Object> time = REDIS.list("TIME");
            return Long.parseLong(String.valueOf(time.get(0))) * 1_000
                    + Long.parseLong(String.valueOf(time.get(1))) / 1_000;
        }

        boolean hasFieldExpiry() {
            return SharedRedis.isAtLeast(7, 4)
                    && edits.apply(Script.HEARTBEAT).source().contains(", 'HPEXPIRE'");
        }

        Region region(@Nullable Duration maxIdle, long maxEntries) {
            return region("region-" + UUID.randomUUID(), maxIdle, maxEntries);
        }

        Region region(String name, @Nullable Duration maxIdle, long maxEntries) {
            RegionStore region = stores.region(new RegionSpec(name, TTL, 0, maxIdle, maxEntries, 1, null));
            region.heartbeat(List.of()).join();
            return new Region(name, region, PREFIX + ":{" + name + "}:data", redis, hasFieldExpiry());
        }

        /** As another instance has it. */
        Region elsewhere(Region region, long maxEntries) {
            return new Store(edits).region(region.name, null, maxEntries);
        }
    }

    /** A region of it. */
    record Region(String name, RegionStore store, String data, RedisConnection redis, boolean fieldExpiry) {

        void put(String key) {
            put(key, Long.MAX_VALUE);
        }

        void put(String key, long mostMillis) {
            store.put(new Put(key, Store.VALUE, System.nanoTime(), Put.Mode.ADD, mostMillis))
                    .join();
        }

        boolean isHit(String key) {
            return store.read(key, Snapshot.LATEST).join() instanceof Lookup.Hit;
        }

        byte @Nullable [] raw(String key) {
            return (byte[]) Store.REDIS.callRaw("HGET", data, key.getBytes(UTF_8));
        }

        StoredValue stored(String key) {
            return Objects.requireNonNull(StoredValue.read(Objects.requireNonNull(raw(key), key)));
        }

        /** As if the entry had been stored, or read, so much earlier. */
        void age(String key, Duration by) {
            ByteBuffer item = ByteBuffer.wrap(Objects.requireNonNull(raw(key)));
            long expiry = (item.getLong(7) & 0xffffffffffffL) - by.toMillis();
            item.putShort(9, (short) (expiry >> 32)).putInt(11, (int) expiry);
            Store.REDIS.call("HSET", data, key, item.array());
        }

        /** As if the TTL of the entry were over at the same time. */
        void endTtlWithIt(String key) {
            byte[] item = Objects.requireNonNull(raw(key));
            System.arraycopy(item, 9, item, 15, 6);
            Store.REDIS.call("HSET", data, key, item);
        }

        /** Reports a read of the key, and waits for the answer. */
        void touch(String key) {
            long idle = Store.IDLE.toMillis();
            Object[] arguments = {
                RedisConnection.bytes(fieldExpiry ? 1 : 0),
                RedisConnection.bytes(idle),
                RedisConnection.bytes(idle * 7 / 8),
                RedisConnection.bytes(key)
            };
            redis.run(RequestKind.PUT, Route.ANY, Script.TOUCH, List.of(data), arguments)
                    .join();
        }

        /** What is left of its time, by the server's clock. */
        long remaining(StoredValue item) {
            return item.expiry() - Store.millis();
        }

        /** After how many milliseconds the server expires the field. */
        long fieldMillis(String key) {
            return (Long) Objects.requireNonNull(
                    Store.REDIS.list("HPTTL", data, "FIELDS", 1, key).get(0));
        }
    }
}
