package io.github.hibernateredis.loading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.Reload;
import io.github.hibernateredis.store.InMemoryRegionStore;
import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReloadsTest {

    private static final String KEY = "42";

    private final InMemoryRegionStore.Segment segment = new InMemoryRegionStore.Segment(60_000, 3_600_000, false);
    private final List<Reload> outcomes = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();
    private final ReloadThreads threads = new ReloadThreads(1);
    private final Node one = new Node();
    private final Node two = new Node();
    private double random = 0.5;

    /** One instance. */
    private final class Node {

        final InMemoryRegionStore store =
                new InMemoryRegionStore("region", segment, System::nanoTime, CacheListener.NONE);
        final Reloads reloads = reloads(1, Duration.ZERO);

        Reloads reloads(double beta, Duration stale) {
            return new Reloads(
                    store,
                    beta,
                    stale,
                    () -> "id" + ids.incrementAndGet(),
                    new CacheListener() {
                        @Override
                        public void reloaded(String region, Reload outcome, long nanos, @Nullable Throwable failure) {
                            outcomes.add(outcome);
                        }
                    },
                    () -> random);
        }

        Lookup.Hit read() {
            return (Lookup.Hit) store.read(KEY, Snapshot.LATEST).join();
        }

        CompletableFuture<PutOutcome> put(String value) {
            store.heartbeat(List.of()).join();
            return store.put(new Put(KEY, value.getBytes(UTF_8), System.nanoTime(), Put.Mode.REPLACE));
        }
    }

    @BeforeEach
    void fill() {
        one.put("old").join();
        two.store.heartbeat(List.of()).join();
    }

    @AfterEach
    void close() {
        threads.close();
    }

    private static Lookup.Hit leftMillis(long left) {
        return new Lookup.Hit(new byte[0], new Stamp(1, "e"), left, new Invalidations("s", "e", 0), false);
    }

    // Which

    /** With a load of 200 ms and a draw whose negative logarithm is ln 2, the last 138 ms. */
    @Test
    void theNearerItsEndTheMoreLikelyAnEntryIsReloaded() {
        one.reloads.loadTook(TimeUnit.MILLISECONDS.toNanos(200));

        assertThat(one.reloads.age(leftMillis(139))).isEqualTo(Reloads.Age.FRESH);
        assertThat(one.reloads.age(leftMillis(138))).isEqualTo(Reloads.Age.DUE);
        random = 0.9;
        assertThat(one.reloads.age(leftMillis(460))).isEqualTo(Reloads.Age.DUE);
        random = 0;
        assertThat(one.reloads.age(leftMillis(1))).isEqualTo(Reloads.Age.FRESH);
        random = Math.nextDown(1.0);
        assertThat(one.reloads.age(leftMillis(200 * 37))).isEqualTo(Reloads.Age.FRESH);
        assertThat(one.reloads.age(leftMillis(200 * 36))).isEqualTo(Reloads.Age.DUE);
    }

    /** An entry that is only about to be dropped because it is not read (max_idle) is not near its end. */
    @Test
    void theLatestEndCounts() {
        Lookup.Hit idle =
                new Lookup.Hit(new byte[0], new Stamp(1, "e"), 1, 60_000, new Invalidations("s", "e", 0), false);
        random = Math.nextDown(1.0);

        assertThat(one.reloads.age(idle)).isEqualTo(Reloads.Age.FRESH);
        assertThat(one.reloads(0, Duration.ofSeconds(30)).age(idle)).isEqualTo(Reloads.Age.FRESH);
        assertThat(one.reloads(0, Duration.ofMinutes(2)).age(idle)).isEqualTo(Reloads.Age.STALE);
    }

    @Test
    void theThreadsHaveTheClassLoaderOfTheApplication() throws Exception {
        ClassLoader application = new ClassLoader(getClass().getClassLoader()) {};
        ClassLoader mine = Thread.currentThread().getContextClassLoader();
        Thread.currentThread().setContextClassLoader(application);
        CompletableFuture<ClassLoader> seen = new CompletableFuture<>();
        try (ReloadThreads its = new ReloadThreads(1)) {
            Thread.currentThread().setContextClassLoader(mine);
            its.run(() -> seen.complete(Thread.currentThread().getContextClassLoader()));
            assertThat(seen.get(10, TimeUnit.SECONDS)).isSameAs(application);
        } finally {
            Thread.currentThread().setContextClassLoader(mine);
        }
    }

    @Test
    void betaReloadsEarlier() {
        Reloads eager = one.reloads(10, Duration.ZERO);
        eager.loadTook(TimeUnit.MILLISECONDS.toNanos(200));

        assertThat(eager.age(leftMillis(1386))).isEqualTo(Reloads.Age.DUE);
        assertThat(eager.age(leftMillis(1387))).isEqualTo(Reloads.Age.FRESH);
    }

    @Test
    void theLongestLoadIsForgottenSlowly() {
        one.reloads.loadTook(TimeUnit.SECONDS.toNanos(10));
        assertThat(one.reloads.age(leftMillis(6_900))).isEqualTo(Reloads.Age.DUE);
        one.reloads.loadTook(0);
        assertThat(one.reloads.age(leftMillis(6_900))).isEqualTo(Reloads.Age.FRESH);
        assertThat(one.reloads.age(leftMillis(6_000))).isEqualTo(Reloads.Age.DUE);
        for (int i = 0; i < 100; i++) {
            one.reloads.loadTook(0);
        }
        assertThat(one.reloads.age(leftMillis(1))).isEqualTo(Reloads.Age.FRESH);
    }

    @Test
    void whatIsKeptLongerIsStaleAfterItsTtl() {
        Reloads stale = one.reloads(0, Duration.ofSeconds(10));

        assertThat(stale.age(leftMillis(10_001))).isEqualTo(Reloads.Age.FRESH);
        assertThat(stale.age(leftMillis(10_000))).isEqualTo(Reloads.Age.STALE);
    }

    /** As what is kept near may be, in its last millisecond. */
    @Test
    void whatIsNotKeptLongerIsNeverStale() {
        assertThat(one.reloads.age(leftMillis(0))).isEqualTo(Reloads.Age.DUE);
    }

    // Who

    private void offer(Node node, Lookup.Hit seen, Reloads.Loader loader) {
        node.reloads.offer(threads, KEY, seen, loader);
    }

    private void awaitOutcomes(int count) {
        while (outcomes.size() < count) {
            Thread.onSpinWait();
        }
    }

    @Test
    void oneOfTwoInstancesReloadsAtATime() throws Exception {
        CountDownLatch latch = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        AtomicInteger loads = new AtomicInteger();
        Lookup.Hit seen = one.read();
        offer(one, seen, () -> {
            begun.countDown();
            loads.incrementAndGet();
            await(latch);
            one.put("new").join();
        });
        begun.await();

        offer(one, seen, loads::incrementAndGet);
        assertThat(two.reloads.begin(KEY, seen)).isNull();
        assertThat(two.reloads.begin(KEY, seen)).isNull();
        assertThat(outcomes).as("asks once, and again after a while").containsExactly(Reload.ELSEWHERE);
        latch.countDown();
        awaitOutcomes(2);

        assertThat(outcomes).containsExactly(Reload.ELSEWHERE, Reload.DONE);
        assertThat(loads).hasValue(1);
        assertThat(new String(two.read().value(), UTF_8)).isEqualTo("new");
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Another instance had the turn between this one's read and its question. */
    @Test
    void whatIsNewIsNotReloadedAgain() {
        Lookup.Hit seen = one.read();
        two.put("new").join();

        assertThat(one.reloads.begin(KEY, seen)).isNull();

        assertThat(outcomes).containsExactly(Reload.ELSEWHERE);
        assertThat(two.reloads.begin(KEY, two.read())).as("the turn has ended").isNotNull();
    }

    @Test
    void aSessionsTurnEndsWithItsPut() {
        LoadTurns.Turn turn = one.reloads.begin(KEY, one.read());
        assertThat(turn).isNotNull();
        assertThat(turn.isOver()).as("nobody waits for it").isTrue();

        turn.stores(one.put("new"));

        assertThat(outcomes).containsExactly(Reload.DONE);
        assertThat(two.reloads.begin(KEY, two.read())).isNotNull();
    }

    /** It would be refused or fail again. */
    @Test
    void whatIsNotStoredIsNotTriedAgainSoon() {
        Lookup.Hit seen = one.read();
        one.reloads.begin(KEY, seen).stores(CompletableFuture.completedFuture(PutOutcome.REFUSED_OLDER));

        assertThat(one.reloads.begin(KEY, seen)).isNull();
        assertThat(two.reloads.begin(KEY, seen)).isNull();
        assertThat(outcomes).containsExactly(Reload.NOT_STORED, Reload.ELSEWHERE);
    }

    @Test
    void aReloadThatFailsIsNotTriedAgainSoon() {
        Lookup.Hit seen = one.read();
        offer(one, seen, () -> {
            throw new IllegalStateException("No database");
        });
        awaitOutcomes(1);
        offer(one, seen, () -> {});

        assertThat(two.reloads.begin(KEY, seen)).isNull();
        assertThat(outcomes).containsExactly(Reload.FAILED, Reload.ELSEWHERE);
    }

    @Test
    void aLoadThatStoredNothingIsReported() {
        offer(one, one.read(), () -> {});
        awaitOutcomes(1);
        assertThat(outcomes).containsExactly(Reload.NOT_STORED);
    }

    @Test
    void noneIsBegunOnceTheThreadsAreClosed() {
        threads.close();
        offer(one, one.read(), () -> {});
        assertThat(outcomes).containsExactly(Reload.TOO_MANY);
    }
}
