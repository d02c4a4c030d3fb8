package io.github.hibernateredis.store.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.RequestKind;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Outcomes;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionSpec;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.RequestGuard;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TransactionBegin;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Puts are collected, sent together, limited, and visible to later reads. */
final class PutCollectorIT {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final byte[] VALUE = new byte[100];

    /** Holds requests back until the test releases them. */
    private static final class Gate implements RequestGuard {

        private final List<Runnable> held = new ArrayList<>();
        private final List<RequestKind> sent = new ArrayList<>();
        private boolean closed;
        private @Nullable RuntimeException failure;

        @Override
        public synchronized <T extends @Nullable Object> CompletableFuture<T> send(
                RequestKind kind, String server, Supplier<CompletableFuture<T>> request) {
            sent.add(kind);
            RuntimeException fails = failure;
            if (fails != null) {
                return CompletableFuture.failedFuture(fails);
            }
            if (!closed || kind != RequestKind.PUT) {
                return request.get();
            }
            CompletableFuture<T> answer = new CompletableFuture<>();
            held.add(() -> request.get().whenComplete((reply, failed) -> {
                if (failed == null) {
                    answer.complete(reply);
                } else {
                    answer.completeExceptionally(failed);
                }
            }));
            return answer;
        }

        synchronized void close() {
            closed = true;
        }

        void open() {
            List<Runnable> released;
            synchronized (this) {
                closed = false;
                released = List.copyOf(held);
                held.clear();
            }
            released.forEach(Runnable::run);
        }

        synchronized void fail(RuntimeException with) {
            failure = with;
        }

        synchronized long puts() {
            return sent.stream().filter(kind -> kind == RequestKind.PUT).count();
        }
    }

    private final Gate gate = new Gate();
    private final Outcomes outcomes = new Outcomes();
    private final RedisStores stores = RedisRegion.newStores(
            new RedisConnection(RedissonOfTests::client, gate), Duration.ofMinutes(1), outcomes, System::nanoTime);
    private final RegionStore region = newRegion(1);
    private final RegionStore other = newRegion(4);

    private RegionStore newRegion(int segments) {
        return stores.region(new RegionSpec("puts-" + UUID.randomUUID(), Duration.ofHours(1), 0, segments));
    }

    @BeforeEach
    void prime() {
        region.heartbeat(List.of()).join();
        other.heartbeat(List.of()).join();
    }

    private static CompletableFuture<PutOutcome> put(RegionStore store, String key, byte[] value) {
        return store.put(new Put(key, value, System.nanoTime(), Put.Mode.ADD));
    }

    @Test
    void oneThatFindsNothingUnderWayGoesAtOnceAndTheRestTogether() {
        gate.close();
        List<CompletableFuture<PutOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < Batch.MOST_KEYS / 2; i++) {
            puts.add(put(region, "key " + i, VALUE));
            puts.add(put(other, "key " + i, VALUE));
        }
        assertThat(gate.puts()).isEqualTo(1);
        gate.open();
        assertThat(puts)
                .allSatisfy(outcome -> assertThat(outcome).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED));
        assertThat(gate.puts()).isEqualTo(2);
        assertThat(outcomes.take()).hasSize(Batch.MOST_KEYS).containsOnly(PutOutcome.STORED);
    }

    @Test
    void fullBatchesGoBesideWhatIsUnderWay() {
        gate.close();
        List<CompletableFuture<PutOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < 5 * Batch.MOST_KEYS; i++) {
            puts.add(put(region, "key " + i, VALUE));
        }
        assertThat(gate.puts()).isEqualTo(PutCollector.MOST_UNDER_WAY);
        gate.open();
        assertThat(puts)
                .allSatisfy(outcome -> assertThat(outcome).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED));
    }

    @Test
    void eachIsAnsweredForItself() {
        put(region, "present", VALUE).join();
        long opened = System.nanoTime();
        region.evict("written").join();
        stores.begin(new TransactionBegin(
                        List.of(new TransactionBegin.Lock(
                                new StoreKey(region.name(), "locked"), "id", System.nanoTime())),
                        null))
                .join();
        gate.close();
        for (int i = 0; i < PutCollector.MOST_UNDER_WAY; i++) {
            put(region, "first " + i, VALUE);
        }
        CompletableFuture<PutOutcome> present = put(region, "present", VALUE);
        CompletableFuture<PutOutcome> older = region.put(new Put("written", VALUE, opened, Put.Mode.ADD));
        CompletableFuture<PutOutcome> locked = put(region, "locked", VALUE);
        CompletableFuture<PutOutcome> replaced =
                region.put(new Put("present", VALUE, System.nanoTime(), Put.Mode.REPLACE));
        CompletableFuture<PutOutcome> twice = put(region, "twice", VALUE);
        CompletableFuture<PutOutcome> again = put(region, "twice", VALUE);
        gate.open();

        assertThat(present).succeedsWithin(SOON).isEqualTo(PutOutcome.PRESENT);
        assertThat(older).succeedsWithin(SOON).isEqualTo(PutOutcome.REFUSED_OLDER);
        assertThat(locked).succeedsWithin(SOON).isEqualTo(PutOutcome.REFUSED_LOCKED);
        assertThat(replaced).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED);
        assertThat(twice).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED);
        assertThat(again).succeedsWithin(SOON).isEqualTo(PutOutcome.PRESENT);
    }

    @Test
    void aReadSeesThePutThatCameBeforeIt() {
        gate.close();
        put(region, "1", VALUE);
        put(region, "1", VALUE);
        CompletableFuture<Lookup> read = region.read("1", Snapshot.LATEST);
        CompletableFuture<Lookup> elsewhere = region.read("2", Snapshot.LATEST);
        CompletableFuture<?> all = region.readAll(List.of("1", "2"), Snapshot.LATEST);
        assertThat(elsewhere).succeedsWithin(SOON).isEqualTo(Lookup.Miss.ABSENT);
        assertThat(read).isNotDone();
        assertThat(all).isNotDone();
        gate.open();
        assertThat(read).succeedsWithin(SOON).isInstanceOf(Lookup.Hit.class);
        assertThat(all).succeedsWithin(SOON);
    }

    @Test
    void whatIsTooMuchIsShed() {
        gate.close();
        byte[] megabyte = new byte[1 << 20];
        List<CompletableFuture<PutOutcome>> puts = new ArrayList<>();
        int fits = (int) (PutCollector.MOST_BYTES >> 20) - 1;
        for (int i = 0; i < fits + 10; i++) {
            puts.add(put(region, "large " + i, megabyte));
        }
        assertThat(puts.subList(fits, fits + 10))
                .allSatisfy(outcome -> assertThat(outcome).isCompletedWithValue(PutOutcome.SHED));
        gate.open();
        assertThat(puts.subList(0, fits))
                .allSatisfy(outcome -> assertThat(outcome).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED));
        assertThat(put(region, "later", VALUE)).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED);
        region.clear().join();
    }

    /** The stack must not grow with the number of failed puts. */
    @Test
    void anyNumberMayFailAtATime() {
        gate.close();
        List<CompletableFuture<PutOutcome>> puts = new ArrayList<>();
        for (int i = 0; i < 100_000; i++) {
            puts.add(put(region, "key " + i, new byte[1]));
        }
        gate.fail(new IllegalStateException("no connection"));
        gate.open();
        assertThat(puts).allSatisfy(outcome -> assertThat(outcome).succeedsWithin(SOON));
        assertThat(puts.get(99_999)).isCompletedWithValue(PutOutcome.FAILED);
        gate.fail(null);
        assertThat(put(region, "later", VALUE)).succeedsWithin(SOON).isEqualTo(PutOutcome.STORED);
    }

    @Test
    void nearlyAllRowsThatFourThreadsLoadAreStored() throws InterruptedException {
        int rows = 25_000;
        List<CompletableFuture<PutOutcome>> puts = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            String prefix = t + "-";
            Thread thread = new Thread(() -> {
                List<CompletableFuture<PutOutcome>> mine = new ArrayList<>();
                for (int i = 0; i < rows; i++) {
                    mine.add(put(region, prefix + i, VALUE));
                    if (i % 100 == 0) {
                        LockSupport.parkNanos(1_000_000); // the next query, faster than any database
                    }
                }
                synchronized (puts) {
                    puts.addAll(mine);
                }
            });
            thread.start();
            threads.add(thread);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long stored = puts.stream()
                .filter(outcome -> outcome.join() == PutOutcome.STORED)
                .count();
        assertThat(stored).isGreaterThanOrEqualTo(4 * rows * 99 / 100);
        assertThat(gate.puts()).isLessThan(4 * rows / 10);
        region.clear().join();
    }
}
