package io.github.hibernateredis.store;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The contract of {@link TableStamps} in plain Java: the model against which the scripts are tested. Each object is one
 * instance; instances that share {@link Tables} share the stamps. Thread safe.
 */
public final class InMemoryTableStamps implements TableStamps {

    /** The shared state, with a clock that stands still until it is moved. */
    public static final class Tables {

        private final long leaseMicros;

        private long clock = 1_000_000_000_000L;
        private int epochs;
        private @Nullable Life life;

        public Tables(long leaseMillis) {
            this.leaseMicros = leaseMillis * 1000;
        }

        /** Moves the clock forward. */
        public synchronized void advance(long millis) {
            clock += millis * 1000;
        }

        /** Sets the clock back behind the issued stamps. */
        public synchronized void runAhead(long millis) {
            open().newest += millis * 1000;
        }

        /** Brings the deadlines of all holders nearer. */
        public synchronized void age(long millis) {
            if (life != null) {
                life.tables.values().forEach(table -> table.holders.replaceAll((id, end) -> end - millis * 1000));
            }
        }

        /** Loses all state. */
        public synchronized void lose() {
            life = null;
        }

        private Life open() {
            if (life == null) {
                life = new Life(clock, "life" + ++epochs);
            }
            return life;
        }

        /** The state of a table, after its expired holders have become an update. */
        private Table table(Life open, String name) {
            Table table = open.tables.computeIfAbsent(name, n -> new Table());
            if (table.holders.values().removeIf(end -> end <= clock)) {
                table.lastUpdate = advanceStamp(open);
            }
            return table;
        }

        private long advanceStamp(Life open) {
            return open.newest = Math.max(clock, open.newest + 1);
        }
    }

    private static final class Life {
        private final String epoch;
        private final Map<String, Table> tables = new HashMap<>();
        private long newest;
        private long outdated;

        Life(long birth, String epoch) {
            this.newest = birth;
            this.outdated = birth;
            this.epoch = epoch;
        }

        Stamp stamp() {
            return new Stamp(newest, epoch);
        }
    }

    private static final class Table {
        private final Map<String, Long> holders = new HashMap<>();
        private long lastUpdate;
    }

    private final String name;
    private final Tables tables;
    private final ModelHistory history;
    private final Set<String> seenBeingWritten = new HashSet<>();

    /** @param nanoTime the clock of this instance */
    public InMemoryTableStamps(String name, Tables tables, LongSupplier nanoTime) {
        this.name = name;
        this.tables = tables;
        this.history = new ModelHistory(nanoTime);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public @Nullable Stamp asOf(long openedAt) {
        return history.asOf(openedAt);
    }

    /** Marks tables. */
    void begin(TableUpdate update) {
        script(life -> {
            for (String table : update.tables()) {
                tables.table(life, table).holders.put(update.id(), tables.clock + tables.leaseMicros);
            }
        });
    }

    /** Stamps tables. */
    void end(TableUpdate update) {
        script(life -> {
            for (String written : update.tables()) {
                Table table = tables.table(life, written);
                table.holders.remove(update.id());
                table.lastUpdate = tables.advanceStamp(life);
            }
        });
    }

    @Override
    public CompletableFuture<TableStates> read(Collection<String> names) {
        synchronized (tables) {
            Life life = tables.life;
            if (life == null) {
                return CompletableFuture.failedFuture(new IllegalStateException("Nothing is known"));
            }
            history.arrived(life.stamp());
            Map<String, Long> lastUpdates = new HashMap<>();
            for (String each : names) {
                Table table = life.tables.computeIfAbsent(each, n -> new Table());
                if (table.holders.isEmpty()) {
                    lastUpdates.put(each, table.lastUpdate);
                } else {
                    seenBeingWritten.add(each);
                }
            }
            return CompletableFuture.completedFuture(
                    new TableStates(new Invalidations(name, life.epoch, 0), life.outdated, lastUpdates));
        }
    }

    @Override
    public long mostAgeNanos() {
        return 0;
    }

    @Override
    public CompletableFuture<Void> clear() {
        return script(life -> life.outdated = tables.advanceStamp(life));
    }

    @Override
    public CompletableFuture<@Nullable String> lastHeartbeat() {
        return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> heartbeat(Collection<TableUpdate> updates) {
        return script(life -> {
            for (TableUpdate update : updates) {
                for (String table : update.tables()) {
                    tables.table(life, table)
                            .holders
                            .computeIfPresent(update.id(), (id, end) -> tables.clock + tables.leaseMicros);
                }
            }
            seenBeingWritten.forEach(table -> tables.table(life, table));
            seenBeingWritten.clear();
        });
    }

    private CompletableFuture<Void> script(Consumer<Life> body) {
        synchronized (tables) {
            Life life = tables.open();
            body.accept(life);
            history.arrived(life.stamp());
            return CompletableFuture.allOf();
        }
    }
}
