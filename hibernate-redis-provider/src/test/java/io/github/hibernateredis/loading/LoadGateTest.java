package io.github.hibernateredis.loading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LoadWait;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.InMemoryRegionStore;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class LoadGateTest {

    private static final String KEY = "42";
    private static final Duration LONG = Duration.ofSeconds(30);

    private final InMemoryRegionStore.Segment segment = new InMemoryRegionStore.Segment(60_000, 3_600_000, false);
    private final List<LoadWait> waits = new CopyOnWriteArrayList<>();
    private final AtomicInteger ids = new AtomicInteger();

    /** One instance. */
    private final class Node {

        final InMemoryRegionStore store =
                new InMemoryRegionStore("region", segment, System::nanoTime, CacheListener.NONE);
        final AtomicInteger reads = new AtomicInteger();
        final Semaphore places;
        final LoadGate gate;

        Node(Duration longest, int places) {
            this.places = new Semaphore(places);
            gate = new LoadGate(store, longest, this.places, () -> "id" + ids.incrementAndGet(), new CacheListener() {
                @Override
                public void loadAwaited(String region, LoadWait outcome, long nanos) {
                    waits.add(outcome);
                }
            });
            store.heartbeat(List.of()).join();
        }

        Lookup read() {
            reads.incrementAndGet();
            return store.read(KEY, Snapshot.LATEST).join();
        }

        LoadGate.Outcome pass() {
            return gate.pass(KEY, read(), null, this::read, true);
        }

        CompletableFuture<LoadGate.Outcome> passLater() {
            CompletableFuture<LoadGate.Outcome> outcome = new CompletableFuture<>();
            Thread thread = new Thread(() -> outcome.complete(pass()));
            thread.setDaemon(true);
            thread.start();
            while (!outcome.isDone() && thread.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            return outcome;
        }

        CompletableFuture<PutOutcome> put(long openedAt) {
            return store.put(new Put(KEY, "value".getBytes(UTF_8), openedAt, Put.Mode.ADD));
        }
    }

    @Test
    void oneLoadsAndTheOthersOfTwoInstancesAreServed() throws Exception {
        Node one = new Node(LONG, 10);
        Node two = new Node(LONG, 10);

        LoadGate.Outcome first = one.pass();
        List<CompletableFuture<LoadGate.Outcome>> others =
                List.of(one.passLater(), one.passLater(), two.passLater(), two.passLater());
        assertThat(others).noneMatch(CompletableFuture::isDone);
        int readsOfWaiters = one.reads.get();
        store(first, one);

        for (CompletableFuture<LoadGate.Outcome> other : others) {
            assertThat(other.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Hit.class);
            assertThat(other.join().turn()).isNull();
        }
        assertThat(first.lookup()).isInstanceOf(Lookup.Miss.class);
        assertThat(waits).hasSize(4).containsOnly(LoadWait.SERVED);
        assertThat(ids).as("requests for the turn: the loader's only").hasValue(1);
        assertThat(one.reads.get() - readsOfWaiters)
                .as("reads of those who waited without Redis")
                .isEqualTo(2);
    }

    private static void store(LoadGate.Outcome outcome, Node node) {
        LoadTurns turns = new LoadTurns();
        StoreKey key = new StoreKey("region", KEY);
        turns.begin(key, outcome.turn());
        assertThat(turns.isAwaited()).isTrue();
        turns.stores(key, node.put(System.nanoTime()));
        assertThat(turns.isAwaited()).isFalse();
    }

    @Test
    void aLoaderThatStoresNothingEndsTheWait() throws Exception {
        Node one = new Node(LONG, 10);
        Node two = new Node(LONG, 10);

        LoadTurns turns = new LoadTurns();
        turns.begin(new StoreKey("region", KEY), one.pass().turn());
        List<CompletableFuture<LoadGate.Outcome>> others = List.of(one.passLater(), two.passLater());
        turns.endAll();

        for (CompletableFuture<LoadGate.Outcome> other : others) {
            assertThat(other.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Miss.class);
        }
        assertThat(waits).containsExactly(LoadWait.NOT_SERVED, LoadWait.NOT_SERVED);
        assertThat(one.pass().turn()).isNotNull();
    }

    @Test
    void aRefusedPutEndsTheWait() throws Exception {
        Node one = new Node(LONG, 10);
        Node two = new Node(LONG, 10);
        long opened = System.nanoTime();
        two.store.evict(KEY).join();

        LoadTurns turns = new LoadTurns();
        StoreKey key = new StoreKey("region", KEY);
        turns.begin(key, one.pass().turn());
        CompletableFuture<LoadGate.Outcome> other = two.passLater();
        CompletableFuture<PutOutcome> put = one.put(opened);
        turns.stores(key, put);

        assertThat(put.join()).isEqualTo(PutOutcome.REFUSED_OLDER);
        assertThat(other.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Miss.class);
    }

    /** The loader's session is abandoned, on this instance and on the other one. */
    @Test
    void aLoaderThatNeverEndsCostsTheLongestWait() throws Exception {
        Node one = new Node(Duration.ofMillis(300), 10);
        Node two = new Node(Duration.ofMillis(300), 10);

        assertThat(one.pass().turn()).isNotNull();
        for (CompletableFuture<LoadGate.Outcome> other : List.of(one.passLater(), two.passLater())) {
            assertThat(other.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Miss.class);
        }
        segment.advance(300);
        assertThat(two.pass().turn()).as("the next one's turn").isNotNull();
    }

    @Test
    void noMoreWaitThanThereArePlaces() throws Exception {
        Node one = new Node(LONG, 1);
        Node two = new Node(LONG, 1);

        LoadGate.Outcome first = one.pass();
        CompletableFuture<LoadGate.Outcome> waiting = one.passLater();
        CompletableFuture<LoadGate.Outcome> far = two.passLater();

        assertThat(one.pass().lookup()).isInstanceOf(Lookup.Miss.class);
        assertThat(two.pass().lookup()).isInstanceOf(Lookup.Miss.class);
        assertThat(waits).containsExactly(LoadWait.TOO_MANY, LoadWait.TOO_MANY);
        CompletableFuture<LoadGate.Outcome> withoutConnection =
                CompletableFuture.supplyAsync(() -> one.gate.pass(KEY, one.read(), null, one::read, false));
        assertThat(isDoneWithin(withoutConnection, 100)).isFalse();
        store(first, one);
        assertThat(withoutConnection.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Hit.class);
        assertThat(waiting.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Hit.class);
        assertThat(far.get(20, TimeUnit.SECONDS).lookup()).isInstanceOf(Lookup.Hit.class);
        assertThat(one.places.availablePermits()).isEqualTo(1);
        assertThat(two.places.availablePermits()).isEqualTo(1);
    }

    private static boolean isDoneWithin(CompletableFuture<?> future, long millis) throws Exception {
        try {
            future.get(millis, TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        }
    }

    @Test
    void nobodyWaitsForALockedKey() {
        Node one = new Node(LONG, 10);
        one.store.lockRegion("lock").join();

        assertThat(one.pass()).isEqualTo(new LoadGate.Outcome(one.read(), null));
        assertThat(one.pass().turn()).isNull();
        assertThat(waits).isEmpty();
    }

    @Test
    void anInterruptEndsTheWaitAndStays() throws Exception {
        Node one = new Node(LONG, 10);
        assertThat(one.pass().turn()).isNotNull();
        CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
        Thread waiter = new Thread(() -> {
            one.pass();
            interrupted.complete(Thread.currentThread().isInterrupted());
        });
        waiter.start();
        waiter.interrupt();
        assertThat(interrupted.get(20, TimeUnit.SECONDS)).isTrue();
    }
}
