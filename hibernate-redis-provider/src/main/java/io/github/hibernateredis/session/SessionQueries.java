package io.github.hibernateredis.session;

import io.github.hibernateredis.readahead.ReadAhead;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.StoreKey;
import io.github.hibernateredis.store.TableStamps;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The query results that a session has looked up in its transaction. Used by its own thread. */
public final class SessionQueries {

    /**
     * The maximum number of noted lookups. Further results count as read when the session opened, which only costs
     * hits.
     */
    private static final int MAX_LOOKUPS = 1000;

    private final SessionEnvironment environment;
    private final SessionState state;
    private final ReadAhead ahead;
    private final Map<StoreKey, Long> lookups = new HashMap<>();
    private @Nullable String region;
    private @Nullable String epoch;
    private boolean near;
    private @Nullable OutdatedResult outdated;

    SessionQueries(SessionEnvironment environment, SessionState state, ReadAhead ahead) {
        this.environment = environment;
        this.state = state;
        this.ahead = ahead;
    }

    /**
     * Notes that a query's result was looked up: if its SQL runs, it runs after this moment. The first moment counts:
     * rows that a query is still reading may cause the application to run it again.
     */
    public void lookedUp(StoreKey result) {
        if (lookups.size() < MAX_LOOKUPS) {
            lookups.putIfAbsent(result, System.nanoTime());
        }
    }

    /**
     * A moment such that the query sees every earlier commit. If each statement sees the latest commits, it is the
     * first lookup of that result in the transaction; otherwise the opening of the session.
     */
    public long readsFrom(StoreKey result) {
        Long lookup = lookups.get(result);
        return lookup == null || state.readsRepeatably() ? state.openedAt() : lookup;
    }

    /**
     * Notes the epoch of the query result that is about to be checked, and the entities that the session will request
     * if the result is current.
     *
     * @param outdated what to do if it is not current; null for nothing
     */
    public void found(String region, String epoch, boolean isNear, List<?> rows, @Nullable OutdatedResult outdated) {
        this.region = region;
        this.epoch = epoch;
        this.near = isNear;
        this.outdated = outdated;
        TableStamps tables = environment.tables();
        if (tables != null) {
            state.mayTakeRows(tables.mostAgeNanos());
        }
        ahead.rows(rows);
    }

    /** What to do if the query result that was found last is outdated; null for nothing. */
    public @Nullable OutdatedResult outdated() {
        return outdated;
    }

    /** The region of the query result that was found last. */
    public @Nullable String region() {
        return region;
    }

    /** Whether that result was found in the memory of this instance. */
    public boolean isNear() {
        return near;
    }

    /** The query result that was found last is not used. */
    public void notUsed() {
        ahead.forgetRows();
    }

    /**
     * The last found query result is used only if none of its tables was written since this stamp; null if it is not
     * used at all. It is the stamp of the result or, if older and reads are repeatable, that of the session, because
     * the result could contain rows that the transaction's snapshot does not.
     *
     * @param number the number of the result's stamp, as the ORM knows it
     */
    public @Nullable Stamp stamp(long number) {
        String known = epoch;
        if (known == null) {
            return null;
        }
        Stamp result = new Stamp(number, known);
        if (!state.readsRepeatably()) {
            return result;
        }
        Stamp opening = tableStamp();
        if (opening == null || !opening.epoch().equals(result.epoch())) {
            return null;
        }
        return opening.isAtLeast(result) ? result : opening;
    }

    /** The stamp of the session's query results; null if none is known. */
    public @Nullable Stamp tableStamp() {
        TableStamps tables = environment.tables();
        return tables == null || state.mayReadOlderSnapshot() ? null : tables.asOf(state.openedAt());
    }

    /** A transaction begins or has ended. */
    void clear() {
        lookups.clear();
        outdated = null;
    }
}
