package io.github.hibernateredis.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One random interleaving of a few transactions on two instances, some of them longer than others, with a simulated
 * database: a row is the number of the commit that wrote it. Runs on one or several regions in lockstep, and checks two
 * things: that all regions answer the same, and at every hit that
 * <ul>
 * <li>C1: it is not older than the commits before the reading session opened; in a scenario with a fault, only commits
 * count whose {@code commit()} had returned;
 * <li>C2: at rest it equals the database;
 * <li>C3: it is not newer than the snapshot of a transaction that has one.
 * </ul>
 */
public final class RegionProgram {

    /** A transaction. */
    public enum Kind {
        READ,
        SNAPSHOT,
        WRITE,
        /** Writes some columns, and copies the others from its read when it opened. */
        PATCH,
        ROLLBACK,
        DELETE,
        INSERT,
        BULK
    }

    /** An event from outside. */
    public enum Event {
        HEARTBEAT,
        CLEAR,
        EVICT,
        CRASH,
        EXPIRE,
        /** A lock is delayed: neither it nor its renewal is confirmed before the commit. */
        DELAY,
        /** A copy of a lock arrives. */
        REPEAT,
        LOSE_DATA,
        LOSE_GUARDS,
        LOSE_ALL;

        boolean isFault() {
            return compareTo(EVICT) > 0;
        }
    }

    /** A rule that sessions keep, not the store. */
    public enum Omission {
        NOTHING,
        RENEWAL,
        REPEATABLE_READ
    }

    /** The transactions, and how often each event may occur. */
    public enum Scenario {
        WRITERS_AND_READERS(List.of(Kind.WRITE, Kind.WRITE, Kind.READ, Kind.READ)),
        ROLLBACK(List.of(Kind.WRITE, Kind.ROLLBACK, Kind.READ, Kind.READ), Event.HEARTBEAT),
        PATCHES(List.of(Kind.WRITE, Kind.PATCH, Kind.READ)),
        PATCH_AFTER_BULK(List.of(Kind.BULK, Kind.PATCH, Kind.READ)),
        PATCH_AFTER_LOSS(List.of(Kind.WRITE, Kind.PATCH, Kind.READ), Event.LOSE_ALL, Event.HEARTBEAT),
        THREE_WRITERS(List.of(Kind.WRITE, Kind.WRITE, Kind.WRITE, Kind.READ)),
        SNAPSHOTS(List.of(Kind.WRITE, Kind.WRITE, Kind.SNAPSHOT, Kind.SNAPSHOT), Event.HEARTBEAT),
        INSERT(List.of(Kind.INSERT, Kind.WRITE, Kind.READ), Event.HEARTBEAT),
        INSERTS(List.of(Kind.DELETE, Kind.INSERT, Kind.WRITE, Kind.READ, Kind.READ), Event.HEARTBEAT, Event.HEARTBEAT),
        EVICTION(List.of(Kind.WRITE, Kind.READ, Kind.READ), Event.EVICT, Event.HEARTBEAT),
        CLEAR(List.of(Kind.WRITE, Kind.READ, Kind.READ), Event.CLEAR, Event.HEARTBEAT),
        BULK(List.of(Kind.BULK, Kind.READ, Kind.READ), Event.HEARTBEAT),
        BULK_AND_WRITER(List.of(Kind.BULK, Kind.WRITE, Kind.READ), Event.HEARTBEAT),
        EXPIRY(List.of(Kind.WRITE, Kind.WRITE, Kind.READ, Kind.READ), Event.EXPIRE, Event.HEARTBEAT),
        BULK_EXPIRY(List.of(Kind.BULK, Kind.READ, Kind.READ), Event.EXPIRE, Event.HEARTBEAT, Event.HEARTBEAT),
        CRASH(List.of(Kind.WRITE, Kind.READ, Kind.READ), Event.CRASH, Event.EXPIRE, Event.HEARTBEAT, Event.HEARTBEAT),
        BULK_CRASH(
                List.of(Kind.BULK, Kind.READ, Kind.READ), Event.CRASH, Event.EXPIRE, Event.HEARTBEAT, Event.HEARTBEAT),
        LATE_COPY(List.of(Kind.WRITE, Kind.WRITE, Kind.READ), Event.REPEAT, Event.EXPIRE),
        LATE_LOCK(List.of(Kind.WRITE, Kind.WRITE, Kind.READ), Event.DELAY, Event.REPEAT, Event.HEARTBEAT),
        LOSS_OF_DATA(List.of(Kind.WRITE, Kind.READ, Kind.READ), Event.LOSE_DATA, Event.HEARTBEAT),
        LOSS_UNDER_WRITERS(List.of(Kind.WRITE, Kind.WRITE), Event.LOSE_GUARDS, Event.HEARTBEAT),
        LOSS_UNDER_A_WRITER(List.of(Kind.WRITE, Kind.READ), Event.LOSE_GUARDS, Event.HEARTBEAT),
        LOSS_OF_GUARDS(List.of(Kind.WRITE, Kind.WRITE, Kind.READ, Kind.READ), Event.LOSE_GUARDS, Event.HEARTBEAT),
        LOSS_OF_ALL(List.of(Kind.WRITE, Kind.WRITE, Kind.READ, Kind.READ), Event.LOSE_ALL, Event.HEARTBEAT);

        private final List<Kind> kinds;
        private final List<Event> events;

        Scenario(List<Kind> kinds, Event... events) {
            this.kinds = kinds;
            this.events = List.of(events);
        }
    }

    /** Something was observed that must never occur. */
    public static final class Violation extends AssertionError {

        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    private enum Step {
        OPEN,
        FIRST,
        SQL,
        PUT,
        CHECK,
        COMMIT,
        UNLOCK,
        DONE
    }

    private static final class Transaction {
        private final Kind kind;
        private final int node;
        private final String id;
        private final int row;
        private Step next = Step.OPEN;
        private long openedAt;
        private long seen;
        private long read;
        private boolean readPresent;
        private long[] committed = {};

        Transaction(Kind kind, int node, int number, int row) {
            this.kind = kind;
            this.node = node;
            this.id = kind + "-" + number;
            this.row = row;
        }

        String key() {
            return "row " + row;
        }

        boolean locksKey() {
            return switch (kind) {
                case WRITE, PATCH, ROLLBACK, DELETE -> true;
                case READ, SNAPSHOT, INSERT, BULK -> false;
            };
        }
    }

    /**
     * The database: for each row the number of the last commit, whether the row exists, and the last commit that
     * returned.
     */
    private static final class Row {
        private long version;
        private boolean present;
        private long returned;

        Row(boolean present) {
            this.present = present;
        }
    }

    private final Random random;
    private final Scenario scenario;
    private final Omission omission;
    private final List<RegionFixture> sides;
    private final List<Transaction> transactions = new ArrayList<>();
    private final Row[] rows;
    private final Map<Event, Integer> budget = new EnumMap<>(Event.class);
    private final boolean faulty;
    private final StringBuilder trace = new StringBuilder();
    private final double stickiness;
    private @Nullable Transaction last;
    private long moment;

    private RegionProgram(long seed, Scenario scenario, Omission omission, List<RegionFixture> sides) {
        this.random = new Random(seed);
        this.scenario = scenario;
        this.omission = omission;
        this.sides = sides;
        this.rows = new Row[random.nextInt(4) == 0 ? 2 : 1];
        boolean present = !scenario.kinds.contains(Kind.INSERT) || random.nextBoolean();
        Arrays.setAll(rows, i -> new Row(present));
        this.stickiness = random.nextInt(4) / 4.0;
        for (Kind kind : scenario.kinds) {
            int row = random.nextInt(rows.length);
            transactions.add(new Transaction(kind, random.nextInt(2), transactions.size(), row));
        }
        scenario.events.forEach(event -> budget.merge(event, 1, Integer::sum));
        this.faulty = scenario.events.stream().anyMatch(Event::isFault);
        trace.append(scenario).append(", seed ").append(seed).append('\n');
    }

    /**
     * Runs the program of that seed on new regions, which share one clock.
     *
     * @throws Violation if a check fails
     */
    public static void run(long seed, Scenario scenario, Omission omission, List<RegionFixture> sides) {
        RegionProgram program = new RegionProgram(seed, scenario, omission, sides);
        try {
            program.run();
        } catch (RuntimeException e) {
            throw new AssertionError(program.trace.toString(), e);
        }
    }

    private void run() {
        for (int node = 0; node < 2; node++) {
            heartbeat(node);
        }
        if (budget.containsKey(Event.LOSE_ALL)) {
            sides.forEach(RegionFixture::letStampsRunAhead);
            for (int node = 0; node < 2; node++) {
                heartbeat(node);
            }
        }
        List<Runnable> choices = choices();
        while (!choices.isEmpty()) {
            moment = sides.get(0).clock().moment();
            if (last != null && last.next != Step.DONE && random.nextDouble() < stickiness) {
                step(last);
            } else {
                choices.get(random.nextInt(choices.size())).run();
            }
            choices = choices();
        }
        for (int row = 0; row < rows.length; row++) {
            Long cached = get(0, "row " + row);
            if (cached != null && (cached != rows[row].version || !rows[row].present)) {
                fail("C2: at rest row " + row + " is cached as " + cached + ", and " + rows[row].version
                        + (rows[row].present ? "" : " (deleted)") + " in the database");
            }
        }
    }

    private List<Runnable> choices() {
        List<Runnable> choices = new ArrayList<>();
        for (Transaction transaction : transactions) {
            if (transaction.next != Step.DONE) {
                choices.add(() -> step(transaction));
            }
        }
        if (choices.isEmpty()) {
            return choices;
        }
        budget.forEach((event, left) -> {
            if (left > 0) {
                addEvents(event, choices);
            }
        });
        return choices;
    }

    private void addEvents(Event event, List<Runnable> choices) {
        switch (event) {
            case HEARTBEAT -> choices.add(() -> happens(event, "", () -> heartbeat(random.nextInt(2))));
            case CLEAR ->
                choices.add(() ->
                        happens(event, "", () -> each(side -> side.node(0).clear())));
            case EVICT ->
                choices.add(() ->
                        happens(event, "", () -> each(side -> side.node(0).evict("row 0"))));
            case LOSE_DATA -> choices.add(() -> happens(event, "", () -> sides.forEach(RegionFixture::loseData)));
            case LOSE_GUARDS -> choices.add(() -> happens(event, "", () -> sides.forEach(RegionFixture::loseGuards)));
            case LOSE_ALL -> choices.add(() -> happens(event, "", () -> sides.forEach(RegionFixture::loseAll)));
            case CRASH, EXPIRE, DELAY, REPEAT -> {
                for (Transaction transaction : transactions) {
                    addFault(event, transaction, choices);
                }
            }
        }
    }

    private void addFault(Event event, Transaction t, List<Runnable> choices) {
        boolean holds = t.next == Step.CHECK || t.next == Step.COMMIT || t.next == Step.UNLOCK;
        switch (event) {
            case CRASH -> {
                if (t.next == Step.CHECK || t.next == Step.UNLOCK) {
                    choices.add(() -> happens(event, t.id, () -> t.next = Step.DONE));
                }
            }
            case EXPIRE -> {
                // Less than a lease passes between the check and the commit.
                boolean safe = t.next == Step.COMMIT && omission != Omission.RENEWAL;
                if ((holds || t.next == Step.DONE && t.kind.compareTo(Kind.SNAPSHOT) > 0) && !safe) {
                    choices.add(() -> happens(
                            event,
                            t.id,
                            () -> sides.forEach(side -> side.ageLocks(RegionFixture.LEASE, t.id::equals))));
                }
            }
            case DELAY -> {
                if (t.locksKey() && t.next == Step.FIRST) {
                    choices.add(() -> happens(event, t.id, () -> t.next = Step.COMMIT));
                }
            }
            case REPEAT -> {
                if (t.locksKey() && (holds || t.next == Step.DONE)) {
                    choices.add(() -> happens(
                            event, t.id, () -> each(side -> side.node(t.node).begin(t.key(), t.id, t.openedAt))));
                }
            }
            default -> throw new IllegalArgumentException(event.toString());
        }
    }

    private void happens(Event event, String detail, Runnable action) {
        trace.append("  ").append(event).append(' ').append(detail).append('\n');
        budget.merge(event, -1, Integer::sum);
        action.run();
    }

    private void step(Transaction t) {
        trace.append("  ")
                .append(t.id)
                .append(" on node ")
                .append(t.node)
                .append(", ")
                .append(t.key())
                .append(": ");
        trace.append(t.next);
        last = t;
        Row row = rows[t.row];
        if (t.next == Step.OPEN) {
            t.openedAt = moment;
            t.seen = faulty ? row.returned : row.version;
            t.read = row.version;
            t.readPresent = row.present;
            t.next = Step.FIRST;
        } else {
            switch (t.kind) {
                case READ, SNAPSHOT -> readStep(t, row);
                case WRITE, PATCH, ROLLBACK, DELETE -> writeStep(t, row);
                case INSERT -> insertStep(t, row);
                case BULK -> bulkStep(t);
            }
        }
        trace.append('\n');
    }

    private void readStep(Transaction t, Row row) {
        switch (t.next) {
            case FIRST -> {
                boolean repeatable = t.kind == Kind.SNAPSHOT && omission != Omission.REPEATABLE_READ;
                Long hit = repeatable ? getAsOf(t.node, t.key(), t.openedAt) : get(t.node, t.key());
                trace.append(" -> ").append(hit);
                if (hit != null && hit < t.seen) {
                    fail("C1: hit " + hit + ", but " + t.seen + " was committed before the session opened");
                }
                if (hit != null && t.kind == Kind.SNAPSHOT && hit > t.read) {
                    fail("C3: hit " + hit + " in a snapshot of " + t.read);
                }
                t.next = hit == null ? Step.SQL : Step.DONE;
            }
            case SQL -> {
                if (t.kind == Kind.READ) {
                    t.read = row.version;
                    t.readPresent = row.present;
                }
                trace.append(" -> ").append(t.readPresent ? t.read : "none");
                t.next = t.readPresent ? Step.PUT : Step.DONE;
            }
            default -> {
                boolean stored = same(each(side -> side.node(t.node).put(t.key(), value(t.read), t.openedAt)));
                trace.append(" -> ").append(stored);
                t.next = Step.DONE;
            }
        }
    }

    private void writeStep(Transaction t, Row row) {
        switch (t.next) {
            case FIRST -> {
                each(side -> side.node(t.node).lock(t.key(), t.id, t.openedAt));
                t.next = Step.CHECK;
            }
            case CHECK -> {
                if (omission != Omission.RENEWAL) {
                    each(side -> side.node(t.node).lock(t.key(), t.id, t.openedAt));
                }
                t.next = Step.COMMIT;
            }
            case COMMIT -> {
                if (t.kind != Kind.ROLLBACK) {
                    boolean outdated = t.kind == Kind.PATCH && t.read != row.version;
                    row.version++;
                    t.read = outdated ? t.read : row.version;
                    row.present = t.kind != Kind.DELETE;
                    t.committed = new long[] {row.version};
                    trace.append(" of ").append(row.version).append(outdated ? " with columns of " + t.read : "");
                }
                t.next = Step.UNLOCK;
            }
            default -> {
                byte @Nullable [] value = t.kind == Kind.WRITE || t.kind == Kind.PATCH ? value(t.read) : null;
                boolean stored = same(each(side -> side.node(t.node).unlock(t.key(), t.id, value)));
                trace.append(" -> ").append(stored);
                if (t.kind != Kind.ROLLBACK) {
                    row.returned = Math.max(row.returned, t.committed[0]);
                }
                t.next = Step.DONE;
            }
        }
    }

    private void insertStep(Transaction t, Row row) {
        if (t.next == Step.FIRST) {
            if (row.present) {
                t.next = Step.DONE;
            } else {
                t.read = ++row.version;
                row.present = true;
                t.next = Step.PUT;
                trace.append(" of ").append(t.read);
            }
        } else {
            boolean stored = same(each(side -> side.node(t.node).insert(t.key(), value(t.read), t.openedAt)));
            trace.append(" -> ").append(stored);
            row.returned = Math.max(row.returned, t.read);
            t.next = Step.DONE;
        }
    }

    private void bulkStep(Transaction t) {
        switch (t.next) {
            case FIRST -> {
                each(side -> side.node(t.node).lockRegion(t.id));
                t.next = Step.CHECK;
            }
            case CHECK -> {
                if (omission != Omission.RENEWAL) {
                    each(side -> side.node(t.node).lockRegion(t.id));
                }
                t.next = Step.COMMIT;
            }
            case COMMIT -> {
                for (Row row : rows) {
                    row.version++;
                }
                t.committed = Arrays.stream(rows).mapToLong(row -> row.version).toArray();
                t.next = Step.UNLOCK;
            }
            default -> {
                each(side -> side.node(t.node).unlockRegion(t.id));
                for (int i = 0; i < rows.length; i++) {
                    rows[i].returned = Math.max(rows[i].returned, t.committed[i]);
                }
                t.next = Step.DONE;
            }
        }
    }

    private void heartbeat(int node) {
        each(side -> side.node(node).heartbeat(List.of()));
    }

    private @Nullable Long get(int node, String key) {
        return number(each(side -> side.node(node).get(key)));
    }

    private @Nullable Long getAsOf(int node, String key, long openedAt) {
        return number(each(side -> side.node(node).getAsOf(key, openedAt)));
    }

    private @Nullable Long number(List<byte @Nullable []> replies) {
        String text = same(replies.stream()
                .map(bytes -> bytes == null ? "none" : new String(bytes, UTF_8))
                .toList());
        return text.equals("none") ? null : Long.valueOf(text);
    }

    private static byte[] value(long version) {
        return Long.toString(version).getBytes(UTF_8);
    }

    /** Runs one operation on every region. */
    private <T extends @Nullable Object> List<T> each(Function<RegionFixture, CompletableFuture<T>> operation) {
        List<T> replies = new ArrayList<>();
        for (RegionFixture side : sides) {
            replies.add(await(operation.apply(side)));
        }
        return replies;
    }

    /** The reply on which all regions agree. */
    private <T> T same(List<T> replies) {
        for (T reply : replies) {
            if (!reply.equals(replies.get(0))) {
                fail("The sides differ: " + replies);
            }
        }
        return replies.get(0);
    }

    private void fail(String message) {
        throw new Violation(message + "\n" + trace);
    }

    private static <T extends @Nullable Object> T await(CompletableFuture<T> future) {
        return future.orTimeout(10, TimeUnit.SECONDS).join();
    }
}
