package io.github.hibernateredis.readahead;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.StoreKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The entries that a session has requested from Redis before the ORM asks for them, and the entries that the ORM is
 * expected to ask for. The ORM (6.6 to 8.0) reads the elements of a collection, or the entities of a query's result,
 * one by one; here one request reads {@value #WINDOW} of them.
 *
 * <p>Each answer is given once. A hit is used only while it is as good as a fresh read: within a second, and until a
 * session on this thread runs a statement, takes a lock or flushes. A statement may wait for a row lock, so an entry
 * read before it is older than the statement's result; a snapshot that is written back as a whole would undo another
 * commit. A miss stays a miss: the database has the current value.
 *
 * <p>Used by the session's own thread; only {@link #clear} may be called by another one.
 */
public final class ReadAhead {

    /** How many keys one request reads. */
    private static final int WINDOW = 1000;

    /** How many keys are requested again: the next statement may outdate them in turn. */
    private static final int REFETCHED = 100;

    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    /** The maximum number of noted keys: a key that the ORM never asks for wastes memory. */
    private static final int MAX_NOTED = 1_000_000;

    /** The maximum number of noted expectations. */
    private static final int MAX_EXPECTED = 10_000;

    /**
     * The answer for one key that was read ahead.
     *
     * @param lookup the answer of the region
     * @param value the decoded value of a hit; null if it cannot be read
     */
    public record Answer(Lookup lookup, @Nullable Object value) {}

    private record Expected(Object collection, Object owner) {}

    private static final class State {
        private final Map<StoreKey, Slot> slots = new HashMap<>();
        private final Set<Expected> expected = new HashSet<>();
        private @Nullable QueryRows rows;
    }

    private final Runnable onFirstUse;
    private boolean used;
    private volatile @Nullable State state;

    /** @param onFirstUse called before the first request */
    public ReadAhead(Runnable onFirstUse) {
        this.onFirstUse = onFirstUse;
    }

    private State state() {
        State known = state;
        if (known == null) {
            known = new State();
            state = known;
        }
        return known;
    }

    /** Requests entries that the ORM is about to ask for. Does not wait. */
    public void send(ReadAheadSource source, Collection<EntryKey> wanted) {
        State current = state();
        plan(current, source, wanted, plan -> false, false);
    }

    /**
     * Requests entries that the application may need later. Does not wait. An answer is used only if no entry of its
     * type has been written on this instance since. An earlier request is replaced if it is older than the given
     * moment.
     */
    public void sendEarly(ReadAheadSource source, Collection<EntryKey> wanted, long notBefore) {
        plan(state(), source, wanted, plan -> !plan.wasAskedBefore(notBefore), true);
    }

    private interface Choice {
        boolean isGoodEnough(Plan known);
    }

    private void plan(
            State current, ReadAheadSource source, Collection<EntryKey> wanted, Choice choice, boolean early) {
        Plan plan = new Plan(source, early);
        for (EntryKey key : wanted) {
            if (current.slots.size() >= MAX_NOTED) {
                break;
            }
            if (!source.isReadable(key)) {
                continue;
            }
            StoreKey item = source.item(key);
            Slot known = current.slots.get(item);
            if (known == null || known.plan != plan && (known.plan.isSpent() || !choice.isGoodEnough(known.plan))) {
                current.slots.put(item, plan.add(key));
                if (known != null) {
                    known.discard();
                }
            }
        }
        if (plan.isEmpty()) {
            return;
        }
        if (!used) {
            used = true;
            onFirstUse.run();
        }
        plan.sendNext();
    }

    /** The answer; null if there is none. */
    public @Nullable Answer take(ReadAheadSource source, EntryKey key) {
        State current = state;
        if (current == null || current.slots.isEmpty()) {
            return null;
        }
        Slot slot = current.slots.remove(source.item(key));
        return slot == null ? null : slot.plan.take(slot);
    }

    /** The key is about to be written, or its answer is outdated. */
    public void forget(StoreKey key) {
        State current = state;
        if (current != null) {
            Slot slot = current.slots.remove(key);
            if (slot != null) {
                slot.discard();
            }
        }
    }

    /** The session is reading the rows of a query's result, which may contain ids of entities. */
    public void rows(List<?> found) {
        state().rows = new QueryRows(found);
    }

    /** The rows are not used. */
    public void forgetRows() {
        State current = state;
        if (current != null) {
            current.rows = null;
        }
    }

    /**
     * The ids in the same column of the current rows, if they contain the id of the key. None if there may be an answer
     * for that key.
     */
    public List<Object> rowsLike(ReadAheadSource source, EntryKey key, Object kind) {
        State current = state;
        QueryRows known = current == null ? null : current.rows;
        if (current == null || known == null || current.slots.containsKey(source.item(key))) {
            return List.of();
        }
        List<Object> ids = known.idsLike(key.id(), kind);
        if (known.isExhausted()) {
            current.rows = null;
        }
        return ids;
    }

    /** The session may be about to read that collection of that owner. */
    public void expect(Object collection, Object owner) {
        Set<Expected> expected = state().expected;
        if (expected.size() < MAX_EXPECTED) {
            expected.add(new Expected(collection, owner));
        }
    }

    /** Whether that was expected. Forgets it. */
    public boolean takeExpected(Object collection, Object owner) {
        State current = state;
        return current != null && current.expected.remove(new Expected(collection, owner));
    }

    /** Drops all answers: none of the earlier requests may be used any more. */
    public void clear() {
        state = null;
    }

    /** A key that was requested, or will be requested with the next window of its plan. */
    private static final class Slot {

        private final EntryKey key;
        private final Plan plan;
        private @Nullable Window window;
        private @Nullable Answer answer;
        private boolean taken;

        Slot(EntryKey key, Plan plan) {
            this.key = key;
            this.plan = plan;
        }

        boolean isHit() {
            return answer != null && answer.value() != null;
        }

        /** Its answer is not used again; the plan may keep the slot for long. */
        void discard() {
            taken = true;
            answer = null;
        }
    }

    /**
     * Keys that were requested together. They are read in windows: the next window is requested when the last one is
     * first used.
     */
    private static final class Plan {

        private final ReadAheadSource source;
        private final boolean early;
        private final List<Slot> slots = new ArrayList<>();
        private @Nullable Window last;
        private int next;

        Plan(ReadAheadSource source, boolean early) {
            this.source = source;
            this.early = early;
        }

        boolean isEmpty() {
            return slots.isEmpty();
        }

        Slot add(EntryKey key) {
            Slot slot = new Slot(key, this);
            slots.add(slot);
            return slot;
        }

        void sendNext() {
            if (next < slots.size()) {
                List<Slot> some = slots.subList(next, Math.min(slots.size(), next + WINDOW));
                next += some.size();
                last = new Window(source, some);
            }
        }

        boolean wasAskedBefore(long moment) {
            return last == null || last.sentAt - moment < 0;
        }

        /** Whether none of its answers may be used any more. */
        boolean isSpent() {
            return early && (last == null || last.isOutdated(true));
        }

        @Nullable
        Answer take(Slot slot) {
            Answer answer = current(slot);
            slot.discard();
            return answer;
        }

        /** Null if the answer is outdated. */
        private @Nullable Answer current(Slot slot) {
            slot.taken = true;
            while (slot.window == null && next < slots.size()) {
                sendNext();
            }
            Window window = slot.window;
            if (window == null) {
                return null;
            }
            if (!window.isInUse()) {
                sendNext();
            }
            Answer answer = window.answer(slot);
            if (answer.value() == null || !window.isOutdated(early)) {
                return answer;
            }
            return early ? null : new Window(source, refetched(window, slot)).answer(slot);
        }

        /** That slot and the other hits of its window that have not been taken. */
        private static List<Slot> refetched(Window outdated, Slot wanted) {
            List<Slot> again = new ArrayList<>(List.of(wanted));
            for (Slot slot : outdated.slots) {
                if (again.size() >= REFETCHED) {
                    break;
                }
                if (slot.window == outdated && !slot.taken && slot.isHit()) {
                    again.add(slot);
                }
            }
            return again;
        }
    }

    /** One request. */
    private static final class Window {

        private final ReadAheadSource source;
        private final List<Slot> slots;
        private final long sentAt = System.nanoTime();
        private final long statements = StatementCounter.current();
        private final int evictions;
        private final int writes;
        private @Nullable CompletableFuture<Map<String, Lookup>> reply;

        Window(ReadAheadSource source, List<Slot> slots) {
            this.source = source;
            this.slots = slots;
            List<String> names = new ArrayList<>(slots.size());
            for (Slot slot : slots) {
                slot.window = this;
                slot.answer = null;
                names.add(slot.key.name());
            }
            this.evictions = source.evictions();
            this.writes = source.writes();
            this.reply = source.readAll(names);
        }

        boolean isOutdated(boolean early) {
            return statements != StatementCounter.current()
                    || evictions != source.evictions()
                    || early && writes != source.writes()
                    || System.nanoTime() - sentAt > MAX_AGE_NANOS;
        }

        boolean isInUse() {
            return reply == null;
        }

        Answer answer(Slot slot) {
            CompletableFuture<Map<String, Lookup>> unread = reply;
            if (unread != null) {
                reply = null;
                decode(unread.join());
            }
            Answer answer = slot.answer;
            return answer == null ? new Answer(Lookup.Miss.ABSENT, null) : answer;
        }

        /**
         * Decodes all entries when the first one is needed, so that the entries that they refer to can be requested
         * together.
         */
        private void decode(Map<String, Lookup> lookups) {
            List<ReadAheadSource.Found> found = new ArrayList<>(slots.size());
            for (Slot slot : slots) {
                Lookup lookup = lookups.getOrDefault(slot.key.name(), Lookup.Miss.ABSENT);
                Object value = lookup instanceof Lookup.Hit hit ? source.decode(slot.key, hit.value()) : null;
                slot.answer = new Answer(lookup, value);
                if (value != null) {
                    found.add(new ReadAheadSource.Found(slot.key, value));
                }
            }
            source.found(found, sentAt);
        }
    }
}
