package io.github.hibernateredis.loading;

import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.LoadWait;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.events.PutOutcome;
import io.github.hibernateredis.store.LoadTurn;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets only one of the sessions, on all instances, that miss the same key of a region at the same time load it. The
 * others wait for the value, each for a bounded time, and then load it themselves.
 *
 * <p>On each instance, the first session that misses the key asks Redis which instance loads it. If it is another
 * instance, this session polls Redis for the value; the other sessions of its instance wait without requests. After the
 * wait each session reads the key again: a value that another session has read may be older than a write that this
 * session must see. Thread safe.
 */
public final class LoadGate {

    private static final Set<MissReason> NOT_THERE = EnumSet.of(
            MissReason.ABSENT, MissReason.EXPIRED, MissReason.LOADING, MissReason.NO_EPOCH, MissReason.OUTDATED);

    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** From this number on, loads are searched for those that their sessions have abandoned. */
    private static final int MANY = 1000;

    private final RegionStore store;
    private final Duration longest;
    private final Semaphore places;
    private final Supplier<String> ids;
    private final CacheListener events;
    private final Map<String, Load> loads = new ConcurrentHashMap<>();

    /**
     * @param longest the maximum wait of a session, and the duration of a lease
     * @param places how many threads of the instance that hold a JDBC connection may wait at the same time
     * @param ids creates ids that are unique among all instances
     */
    public LoadGate(RegionStore store, Duration longest, Semaphore places, Supplier<String> ids, CacheListener events) {
        this.store = store;
        this.longest = longest;
        this.places = places;
        this.ids = ids;
        this.events = events;
    }

    /** Whether the value is missing and another session may be loading it. */
    public static boolean isMissing(Lookup lookup) {
        return lookup instanceof Lookup.Miss miss && NOT_THERE.contains(miss.reason());
    }

    /** A load of this instance, or a load of another instance that this instance waits for. */
    private static final class Load {
        private final long deadline;
        private final CompletableFuture<@Nullable Void> over = new CompletableFuture<>();

        Load(long deadline) {
            this.deadline = deadline;
        }

        boolean isOver() {
            return over.isDone() || System.nanoTime() - deadline >= 0;
        }
    }

    private final class OwnTurn implements LoadTurns.Turn {
        private final String key;
        private final String id;
        private final Load load;

        private OwnTurn(String key, String id, Load load) {
            this.key = key;
            this.id = id;
            this.load = load;
        }

        @Override
        public boolean isOver() {
            return load.isOver();
        }

        @Override
        public void stores(CompletableFuture<PutOutcome> put) {
            leave(key, load);
            put.whenComplete((outcome, failure) -> {
                if (outcome != PutOutcome.STORED && outcome != PutOutcome.PRESENT) {
                    store.endLoad(key, id);
                }
            });
        }

        @Override
        public void end() {
            leave(key, load);
            store.endLoad(key, id);
        }
    }

    /**
     * The result for a session.
     *
     * @param lookup the value, or still none: then the session loads it
     * @param turn the turn that the session must end after its load; null if no other session waits for it
     */
    public record Outcome(Lookup lookup, LoadTurns.@Nullable Turn turn) {}

    /**
     * Waits if another session is loading the key.
     *
     * @param missed the result of the session's own read; see {@link #isMissing}
     * @param outdated the stamp of the outdated entry that it has found; null if it has found none
     * @param again reads the key again
     * @param holdsConnection whether the session holds a JDBC connection, which the loading session may need
     */
    public Outcome pass(
            String key, Lookup missed, @Nullable Stamp outdated, Supplier<Lookup> again, boolean holdsConnection) {
        long begin = System.nanoTime();
        long deadline = begin + longest.toNanos();
        Lookup found = missed;
        while (isMissing(found) && System.nanoTime() - deadline < 0) {
            Load mine = new Load(deadline);
            Load first = enter(key, mine);
            LoadTurn turn = LoadTurn.OTHER;
            if (first == mine && !isLoading(found)) {
                String id = ids.get();
                turn = store.beginLoad(key, id, longest, outdated).join();
                if (turn == LoadTurn.MINE) {
                    return new Outcome(missed, new OwnTurn(key, id, mine));
                }
            }
            boolean takesPlace = turn == LoadTurn.OTHER && holdsConnection;
            if (turn == LoadTurn.ANYONE || takesPlace && !places.tryAcquire()) {
                if (first == mine) {
                    leave(key, mine);
                }
                if (takesPlace) {
                    events.loadAwaited(store.name(), LoadWait.TOO_MANY, System.nanoTime() - begin);
                }
                return new Outcome(missed, null);
            }
            try {
                found = first == mine ? lookFor(again, deadline) : awaitHere(first, deadline, again);
            } finally {
                if (takesPlace) {
                    places.release();
                }
                if (first == mine) {
                    leave(key, mine);
                }
            }
            if (!isLoading(found) || Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        LoadWait result = found instanceof Lookup.Hit ? LoadWait.SERVED : LoadWait.NOT_SERVED;
        events.loadAwaited(store.name(), result, System.nanoTime() - begin);
        return new Outcome(found, null);
    }

    private static boolean isLoading(Lookup lookup) {
        return lookup instanceof Lookup.Miss miss && miss.reason() == MissReason.LOADING;
    }

    /** The load in progress for this key on this instance; the given one if it is the first. */
    private Load enter(String key, Load mine) {
        if (loads.size() >= MANY) {
            loads.values().removeIf(Load::isOver);
        }
        return loads.compute(key, (same, known) -> known == null || known.isOver() ? mine : known);
    }

    private void leave(String key, Load load) {
        loads.remove(key, load);
        load.over.complete(null);
    }

    /** Waits until no session is loading the key any more. */
    private static Lookup lookFor(Supplier<Lookup> again, long deadline) {
        long pause = FIRST_PAUSE_NANOS;
        while (true) {
            Lookup found = again.get();
            long left = deadline - System.nanoTime();
            if (!isLoading(found) || left <= 0) {
                return found;
            }
            try {
                TimeUnit.NANOSECONDS.sleep(Math.min(pause, left));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return found;
            }
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    private static Lookup awaitHere(Load first, long deadline, Supplier<Lookup> again) {
        try {
            first.over.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            // the session reads the key again, and loads the value if it is missing
        }
        return again.get();
    }
}
