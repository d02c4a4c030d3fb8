package io.github.hibernateredis.near;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.store.InvalidationListener;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TransactionBegin;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Kept values must not be used in these cases, even if their segment allows it. */
final class NearStoresTest {

    private static final Invalidations COUNT = new Invalidations("segment", "epoch", 0);
    private static final Lookup.Hit VALUE = new Lookup.Hit(new byte[1], new Stamp(1, "epoch"), 60_000, COUNT, false);

    private final AtomicLong clock = new AtomicLong();
    private final AtomicInteger reads = new AtomicInteger();
    private @Nullable InvalidationListener ear;
    private @Nullable Runnable connectionChange;
    private @Nullable TransactionBegin begun;

    private final NearStores stores = new NearStores(
            proxy(Stores.class, this::answer),
            Duration.ofMinutes(1),
            Duration.ofSeconds(1),
            clock::get,
            lease -> new NearSegment(lease, clock::get));

    private final RegionStore region = stores.region(new RegionSpec(
            "region", Duration.ofHours(1), 0, null, 0, 1, new RegionSpec.Near(10, null, Duration.ofSeconds(1))));

    private @Nullable Object answer(Object stub, Method method, Object @Nullable [] arguments) {
        return switch (method.getName()) {
            case "region" -> proxy(RegionStore.class, this::answer);
            case "name" -> "region";
            case "segmentOf" -> "segment";
            case "read" -> {
                reads.incrementAndGet();
                yield CompletableFuture.completedFuture(VALUE);
            }
            case "follow" -> {
                ear = (InvalidationListener) arguments[0];
                yield null;
            }
            case "onConnectionChange" -> {
                connectionChange = (Runnable) arguments[0];
                yield null;
            }
            case "begin" -> {
                begun = (TransactionBegin) arguments[0];
                yield CompletableFuture.completedFuture(null);
            }
            default ->
                CompletableFuture.class.isAssignableFrom(method.getReturnType())
                        ? CompletableFuture.completedFuture(null)
                        : null;
        };
    }

    private static <T> T proxy(Class<T> type, InvocationHandler handler) {
        return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
    }

    @BeforeEach
    void aKeptValue() {
        stores.onConnectionChange(() -> {});
        heartbeat();
        isAsked();
        assertThat(isAsked()).as("asked for what is kept").isFalse();
    }

    @AfterEach
    void close() {
        stores.close();
    }

    private void heartbeat() {
        ear.heartbeat("region", COUNT, clock.incrementAndGet());
    }

    private boolean isAsked() {
        int before = reads.get();
        assertThat(region.read("key", Snapshot.LATEST).join()).isInstanceOf(Lookup.Hit.class);
        return reads.get() > before;
    }

    @Test
    void nothingIsUsedWhileAnInvalidationIsPending() {
        stores.listener().invalidationPending("region", "a write", new IllegalStateException());
        heartbeat();
        assertThat(isAsked()).isTrue();
        assertThat(isAsked()).isTrue();
        stores.listener().invalidationFlushed("region");
        assertThat(isAsked()).isTrue();
        heartbeat();
        isAsked();
        assertThat(isAsked()).isFalse();
    }

    @Test
    void aChangeOfTheConnectionDropsEverything() {
        connectionChange.run();
        assertThat(isAsked()).isTrue();
        ear.heartbeat("region", COUNT, clock.get() - 1); // sent before
        assertThat(isAsked()).isTrue();
        assertThat(isAsked()).isTrue();
    }

    @Test
    void nothingIsUsedWhereInvalidationsCannotBeHeardOf() {
        ear.refused("region", "SUBSCRIBE");
        assertThat(isAsked()).isTrue();
        assertThat(isAsked()).isTrue();
    }

    /**
     * Redis is told of reads in the second eighth of the time that an entry may not be read: the next one must go
     * there.
     */
    @Test
    void aNearValueWithMaxIdleIsNotUsedForLong() {
        RegionStore idle = stores.region(new RegionSpec(
                "idle",
                Duration.ofHours(1),
                0,
                Duration.ofSeconds(4),
                0,
                1,
                new RegionSpec.Near(10, null, Duration.ofSeconds(1))));
        ear.heartbeat("region", COUNT, clock.incrementAndGet());
        idle.read("key", Snapshot.LATEST).join();
        int before = reads.get();
        clock.addAndGet(Duration.ofMillis(499).toNanos());
        idle.read("key", Snapshot.LATEST).join();
        assertThat(reads).hasValue(before);
        clock.addAndGet(Duration.ofMillis(1).toNanos());
        idle.read("key", Snapshot.LATEST).join();
        assertThat(reads).hasValue(before + 1);
    }

    @Test
    void nothingIsUsedAfterTheLease() {
        clock.addAndGet(Duration.ofSeconds(2).toNanos());
        assertThat(isAsked()).isTrue();
    }

    /** What it says of columns that it does not write may be as old as what is kept. */
    @Test
    void aSessionMayHaveReadTheRowALeaseBeforeItOpened() {
        long openedAt = Duration.ofHours(1).toNanos();
        stores.begin(new TransactionBegin(
                List.of(
                        new TransactionBegin.Lock(new StoreKey("region", "key"), "near", openedAt),
                        new TransactionBegin.Lock(new StoreKey("other", "key"), "far", openedAt)),
                null));
        assertThat(begun.locks())
                .extracting(TransactionBegin.Lock::openedAt)
                .containsExactly(openedAt - Duration.ofSeconds(1).toNanos(), openedAt);
    }

    /** A reader may have the entry reloaded in time. */
    @Test
    void aNearHitHasItsRemainingTimeToLive() {
        clock.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(region.read("key", Snapshot.LATEST).join())
                .isInstanceOfSatisfying(
                        Lookup.Hit.class,
                        hit -> assertThat(hit.remainingMillis()).isBetween(59_499L, 59_500L));
    }

    @Test
    void whatIsFoundOutdatedIsNotUsedAgain() {
        region.beginLoad("key", "id", Duration.ofSeconds(1), VALUE.stamp()).join();
        assertThat(isAsked()).isTrue();
    }
}
