package io.github.hibernateredis.loading;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.events.Reload;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.Stamp;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of a region are loaded again while they are still served, and by whom: shortly before they expire
 * (early refresh), and after their TTL (stale while revalidate). Thread safe.
 *
 * <p>Early refresh is XFetch (Vattani, Chierichetti, Lowenstein: Optimal Probabilistic Cache Stampede Prevention,
 * 2015): each reader draws a number, and reloads if the entry expires within the time of a load, times beta, times the
 * negative logarithm of that number. The time of a load is that of the last loads of the region on this instance: the
 * longest, which is forgotten slowly. Too long a time costs loads, too short a time costs a reader its wait.
 *
 * <p>The readers of an instance ask Redis no more than once for the turn to reload a key. A reload is an ordinary load:
 * what may be stored is decided as always.
 */
public final class Reloads {

    /** How long a turn lasts if it is not ended. A reload that has failed is not tried again before that. */
    private static final Duration LEASE = Duration.ofSeconds(30);

    /** For how long an instance does not ask again after another one had the turn. */
    private static final long ELSEWHERE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /** How long a load is assumed to take as long as none was seen. */
    private static final long ASSUMED_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /** One part in so many of a longer time is forgotten with each shorter load. */
    private static final int MEMORY = 8;

    /** No number between 0 and 1 that is drawn here has a logarithm below minus this. */
    private static final double LARGEST_LOGARITHM = 37;

    /** From so many on, claims whose time is over are looked for, but not with each read. */
    private static final int MANY = 1000;

    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** How near its end an entry is. */
    public enum Age {
        /** Not near. */
        FRESH,
        /** It is to be reloaded early. */
        DUE,
        /** Its TTL is over. */
        STALE
    }

    /** Loads an entry in a separate session, which stores it. */
    public interface Loader {
        void load();
    }

    private final RegionStore store;
    private final double beta;
    private final long staleMillis;
    private final Supplier<String> ids;
    private final CacheListener events;
    private final DoubleSupplier random;
    private final Map<String, Claim> claims = new ConcurrentHashMap<>();
    private final AtomicLong sweptAt = new AtomicLong(System.nanoTime());
    private volatile long loadNanos = ASSUMED_NANOS;

    /**
     * @param beta how early entries are reloaded; 0 for not before their TTL
     * @param stale for how long entries are served after their TTL; the store keeps them so much longer
     * @param ids makes ids that are unique among all instances
     */
    public Reloads(RegionStore store, double beta, Duration stale, Supplier<String> ids, CacheListener events) {
        this(store, beta, stale, ids, events, () -> ThreadLocalRandom.current().nextDouble());
    }

    /** @param random draws from 0 up to, not including, 1 */
    Reloads(
            RegionStore store,
            double beta,
            Duration stale,
            Supplier<String> ids,
            CacheListener events,
            DoubleSupplier random) {
        this.store = store;
        this.beta = beta;
        this.staleMillis = stale.toMillis();
        this.ids = ids;
        this.events = events;
        this.random = random;
    }

    /** An instance's intention to reload a key, or its knowledge that there is no need to. */
    private static final class Claim {
        private volatile long until;

        Claim(long until) {
            this.until = until;
        }

        boolean isOver(long now) {
            return until - now <= 0;
        }
    }

    /** Whether an entry that was found is to be reloaded, by a new draw for each reader. */
    public Age age(Lookup.Hit hit) {
        long left = hit.latestMillis() - staleMillis;
        if (left <= 0 && staleMillis > 0) {
            return Age.STALE;
        }
        double load = beta * loadNanos / TimeUnit.MILLISECONDS.toNanos(1);
        return left < load * LARGEST_LOGARITHM && -Math.log(1 - random.getAsDouble()) * load >= left
                ? Age.DUE
                : Age.FRESH;
    }

    /** A load of the region has taken so long. */
    public void loadTook(long nanos) {
        long known = loadNanos;
        loadNanos = nanos >= known ? nanos : known - (known - nanos) / MEMORY;
    }

    /**
     * Reloads an entry on another thread, unless it is another's turn.
     *
     * @param seen what was found
     */
    public void offer(ReloadThreads threads, String key, Lookup.Hit seen, Loader loader) {
        if (!threads.hasRoom()) {
            events.reloaded(store.name(), Reload.TOO_MANY, 0, null);
            return;
        }
        Claim claim = claim(key);
        Stamp stamp = seen.stamp(); // the bytes of the value must not wait
        if (claim != null && !threads.run(() -> reload(key, stamp, loader, claim))) {
            claims.remove(key, claim);
            events.reloaded(store.name(), Reload.TOO_MANY, 0, null);
        }
    }

    /**
     * Asks for the turn of a session that is going to load the entry itself.
     *
     * @param seen what was found
     * @return null if it is another's turn
     */
    public LoadTurns.@Nullable Turn begin(String key, Lookup.Hit seen) {
        Claim claim = claim(key);
        String id = claim == null ? null : begin(key, seen.stamp(), claim);
        return claim == null || id == null ? null : new OwnTurn(key, id, claim);
    }

    /** The turn of a session. If it stores nothing, there is no other try while the lease lasts. */
    private final class OwnTurn implements LoadTurns.Turn {
        private final String key;
        private final String id;
        private final Claim claim;
        private final long begunAt = System.nanoTime();

        OwnTurn(String key, String id, Claim claim) {
            this.key = key;
            this.id = id;
            this.claim = claim;
        }

        /** No other session waits for it. */
        @Override
        public boolean isOver() {
            return true;
        }

        @Override
        public void stores(CompletableFuture<PutOutcome> put) {
            long nanos = System.nanoTime() - begunAt;
            put.whenComplete((outcome, failure) -> {
                boolean stored = outcome == PutOutcome.STORED;
                if (stored) {
                    endTurn(key, id, claim);
                }
                events.reloaded(store.name(), stored ? Reload.DONE : Reload.NOT_STORED, nanos, null);
            });
        }

        @Override
        public void end() {
            events.reloaded(store.name(), Reload.NOT_STORED, System.nanoTime() - begunAt, null);
        }
    }

    private void reload(String key, Stamp seen, Loader loader, Claim claim) {
        String id = begin(key, seen, claim);
        if (id == null) {
            return;
        }
        long begunAt = System.nanoTime();
        Throwable failure = null;
        try {
            loader.load();
        } catch (RuntimeException | LinkageError | AssertionError | StackOverflowError e) {
            failure = e;
        }
        long nanos = System.nanoTime() - begunAt;
        boolean isNew = failure == null && !isStill(seen, key);
        if (isNew) {
            loadTook(nanos);
            endTurn(key, id, claim);
        }
        Reload outcome = failure != null ? Reload.FAILED : isNew ? Reload.DONE : Reload.NOT_STORED;
        events.reloaded(store.name(), outcome, nanos, failure);
    }

    /** The claim, or null if there is one already. */
    private @Nullable Claim claim(String key) {
        long now = System.nanoTime();
        long swept = sweptAt.get();
        if (claims.size() >= MANY && now - swept >= SWEEP_NANOS && sweptAt.compareAndSet(swept, now)) {
            claims.values().removeIf(claim -> claim.isOver(now));
        }
        Claim mine = new Claim(now + LEASE.toNanos());
        Claim first = claims.compute(key, (same, known) -> known == null || known.isOver(now) ? mine : known);
        return first == mine ? mine : null;
    }

    /** The id of the turn, or null if it is another's, or another has reloaded the entry since it was seen. */
    private @Nullable String begin(String key, Stamp seen, Claim claim) {
        String id = ids.get();
        if (!store.beginReload(key, id, LEASE).join()) {
            claim.until = System.nanoTime() + ELSEWHERE_NANOS;
            events.reloaded(store.name(), Reload.ELSEWHERE, 0, null);
            return null;
        }
        if (!isStill(seen, key)) {
            endTurn(key, id, claim);
            events.reloaded(store.name(), Reload.ELSEWHERE, 0, null);
            return null;
        }
        return id;
    }

    private boolean isStill(Stamp seen, String key) {
        return store.read(key, Snapshot.LATEST).join() instanceof Lookup.Hit hit
                && hit.stamp().equals(seen);
    }

    private void endTurn(String key, String id, Claim claim) {
        store.endReload(key, id);
        claims.remove(key, claim);
    }
}
