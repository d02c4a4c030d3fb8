package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Invalidations;
import io.github.hibernateredis.store.Stamp;
import io.github.hibernateredis.store.TableStamps;
import io.github.hibernateredis.store.TableStates;
import io.github.hibernateredis.store.TableUpdate;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Keeps table stamps: the stamp of the last update of each table that is not being written. */
final class NearTableStamps extends Follower implements TableStamps {

    private static final class Entry {

        private final long last;
        private final String epoch;
        private final NearSegment.Generation generation;
        private volatile boolean confirmed;

        /**
         * @param last the stamp of the last update or, if it is newer, the stamp before which all results are outdated
         */
        Entry(long last, String epoch, NearSegment.Generation generation) {
            this.last = last;
            this.epoch = epoch;
            this.generation = generation;
        }
    }

    private final TableStamps stamps;

    /** Bounded by the number of tables. */
    private final Map<String, Entry> entries = new ConcurrentHashMap<>();

    private volatile boolean active;

    NearTableStamps(
            TableStamps stamps,
            long leaseNanos,
            long writeLeaseNanos,
            LongSupplier nanoTime,
            LongFunction<NearSegment> maker) {
        super(stamps.name(), leaseNanos, writeLeaseNanos, nanoTime, maker);
        this.stamps = stamps;
    }

    /** Keeps stamps from now on. */
    @Override
    public long mostAgeNanos() {
        return active ? leaseNanos() : 0;
    }

    void activate() {
        active = true;
    }

    @Override
    boolean isFollowing() {
        return active && super.isFollowing();
    }

    /** There is only one segment. */
    @Override
    @Nullable
    String segmentOf(String table) {
        return onlySegment();
    }

    @Override
    void drop(String table) {
        entries.remove(table);
    }

    @Override
    void dropAll() {
        entries.clear();
    }

    @Override
    public CompletableFuture<Boolean> isCurrent(Collection<String> tables, Stamp result) {
        Boolean near = active ? near(tables, result) : null;
        return near != null
                ? CompletableFuture.completedFuture(near)
                : read(tables).handle((states, failure) -> failure == null && states.isCurrent(tables, result));
    }

    /** Whether the result is current; null if Redis must be asked. */
    private @Nullable Boolean near(Collection<String> tables, Stamp result) {
        long now = nanoTime.getAsLong();
        boolean current = true;
        for (String table : tables) {
            Entry entry = entries.get(table);
            if (entry == null
                    || !entry.confirmed
                    || !entry.generation.isUsable(now)
                    || !isReadable(table)
                    || !entry.epoch.equals(result.epoch())) {
                return null;
            }
            current &= entry.last <= result.number();
        }
        return current;
    }

    @Override
    public CompletableFuture<TableStates> read(Collection<String> tables) {
        CompletableFuture<TableStates> read = stamps.read(tables);
        return active
                ? read.thenApply(states -> {
                    states.lastUpdates().forEach((table, last) -> keep(table, last, states));
                    return states;
                })
                : read;
    }

    private void keep(String table, long last, TableStates states) {
        Invalidations readAt = states.readAt();
        NearSegment.Generation generation = admit(table, readAt);
        if (generation != null) {
            Entry entry = new Entry(Math.max(last, states.outdated()), readAt.epoch(), generation);
            entries.put(table, entry);
            entry.confirmed = isStillAdmitted(table, readAt);
        }
    }

    @Override
    public CompletableFuture<Void> clear() {
        beginAll();
        return stamps.clear().whenComplete((done, failure) -> endAll());
    }

    @Override
    public @Nullable Stamp asOf(long openedAt) {
        return stamps.asOf(openedAt);
    }

    @Override
    public CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates) {
        return stamps.heartbeat(updates);
    }

    @Override
    public CompletableFuture<@Nullable String> lastHeartbeat() {
        return stamps.lastHeartbeat();
    }
}
