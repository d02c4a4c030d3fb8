package io.github.hibernateredis.session;

import io.github.hibernateredis.loading.LastMiss;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.LoadTurns;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Put;
import io.github.hibernateredis.store.RegionStore;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import jakarta.persistence.CacheStoreMode;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/**
 * What a session loads from the database: whether the cache may store it, whether other sessions wait for it, and which
 * rows do not exist. Used by the session's own thread; another one may only report the end of the transaction.
 */
public final class SessionLoads {

    private final SharedSessionContractImplementor session;
    private final SessionState state;
    private final Predicate<StoreKey> isWriting;
    private final LoadTurns turns = new LoadTurns();
    private final LastMiss lastMiss = new LastMiss();
    private final WaitingPuts waitingPuts = new WaitingPuts();
    private @Nullable StoreKey absent;
    private @Nullable StoreKey reloading;

    /** @param isWriting whether the session is writing that key */
    SessionLoads(SharedSessionContractImplementor session, SessionState state, Predicate<StoreKey> isWriting) {
        this.session = session;
        this.state = state;
        this.isWriting = isWriting;
    }

    /** Whether a loaded value must replace the entry, even a live one. */
    public boolean isRefreshing(StoreKey key) {
        return key.equals(reloading) || session.getCacheMode().getJpaStoreMode() == CacheStoreMode.REFRESH;
    }

    /** The session exists to load and store that key, whatever the cache contains. For its own thread. */
    public void reload(StoreKey key) {
        reloading = key;
    }

    /** The key that the session exists to load; null for a session of the application. */
    public @Nullable StoreKey reloading() {
        return reloading;
    }

    /** Decides whether and when a loaded value of that key may be stored. */
    public LoadPolicy.Decision decide(LoadPolicy.Kind kind, StoreKey key) {
        return LoadPolicy.decide(state, kind, isWriting.test(key));
    }

    /**
     * Looks up a key that the session has missed, after earlier sessions have loaded it. A session only waits if it may
     * load for others, and if no other session waits for this one.
     *
     * @param missed the result of the session's own lookup
     * @param outdated the stamp of the outdated entry that it has found; null if it has found none
     * @param again reads the key again
     */
    public Lookup await(
            LoadGate gate,
            LoadPolicy.Kind kind,
            StoreKey key,
            Lookup missed,
            @Nullable Stamp outdated,
            Supplier<Lookup> again) {
        if (!LoadGate.isMissing(missed) || !mayLoadForOthers(kind, key) || turns.isAwaited()) {
            return missed;
        }
        boolean holdsConnection =
                session.getJdbcCoordinator().getLogicalConnection().isPhysicallyConnected();
        LoadGate.Outcome outcome = gate.pass(key.key(), missed, outdated, again, holdsConnection);
        if (outcome.turn() != null) {
            turns.begin(key, outcome.turn());
        }
        return outcome.lookup();
    }

    /**
     * Whether other sessions can use what this one loads, and the reverse, and whether it is stored at once. Not if the
     * session has written: it holds locks of the database. Not if it reads repeatably: the new value would be too new.
     */
    private boolean mayLoadForOthers(LoadPolicy.Kind kind, StoreKey key) {
        return !state.readsRepeatably() && mayReplace(kind, key);
    }

    /** Whether what the session loads is stored at once. Not if it has written: it holds locks of the database. */
    public boolean mayReplace(LoadPolicy.Kind kind, StoreKey key) {
        return !state.hasWritten()
                && session.getCacheMode().isPutEnabled()
                && decide(kind, key) == LoadPolicy.Decision.NOW;
    }

    /** The session has the turn to load that key. */
    public void begin(StoreKey key, LoadTurns.Turn turn) {
        turns.begin(key, turn);
    }

    /** The session has missed that key, and loads it if that is what it does next. For its own thread. */
    public void missed(StoreKey key) {
        lastMiss.missed(key);
    }

    /** How long the load of a key took that is about to be stored, in nanoseconds; negative if unknown. */
    public long took(StoreKey key) {
        return lastMiss.take(key);
    }

    /** Whether other sessions may wait for this one. */
    public boolean isAwaited() {
        return turns.isAwaited();
    }

    /**
     * The cache has reported that the row of that key does not exist; null for no key. Used by the session's own
     * thread.
     */
    public void foundAbsent(@Nullable StoreKey key) {
        absent = key;
    }

    /** Whether the last such report was about that key. Forgets it. */
    public boolean takeAbsent(StoreKey key) {
        boolean is = key.equals(absent);
        absent = null;
        return is;
    }

    /** The session has loaded the key. If it has not stored the value by now, it will not. */
    public void end(StoreKey key) {
        turns.end(key);
    }

    /**
     * Stores a value that the session has loaded.
     *
     * @return whether it was sent, or waits for the commit
     */
    public boolean store(LoadPolicy.Decision decision, RegionStore store, Put put) {
        return switch (decision) {
            case NOW -> {
                turns.stores(new StoreKey(store.name(), put.key()), store.put(put));
                yield true;
            }
            case AFTER_COMMIT -> waitingPuts.add(store, put);
            case NEVER -> false;
        };
    }

    /** A transaction begins. */
    void transactionJoined() {
        turns.endAll();
    }

    /** The transaction has ended. */
    void transactionCompleted(boolean successful) {
        turns.endAll();
        waitingPuts.end(successful);
    }
}
