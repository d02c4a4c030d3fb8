package io.github.hibernateredis.readahead;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.StoreKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
        private final Map<StoreKey, Plan> plans = new HashMap<>();
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
        Map<String, EntryKey> keys = new LinkedHashMap<>();
        for (EntryKey key : wanted) {
            Plan known = current.plans.get(source.item(key));
            if (current.plans.size() + keys.size() < MAX_NOTED
                    && source.isReadable(key)
                    && (known == null || known.isSpent() || !choice.isGoodEnough(known))) {
                keys.put(key.name(), key);
            }
        }
        if (keys.isEmpty()) {
            return;
        }
        if (!used) {
            used = true;
            onFirstUse.run();
        }
        Plan plan = new Plan(source, new ArrayList<>(keys.values()), early);
        for (EntryKey key : keys.values()) {
            current.plans.put(source.item(key), plan);
        }
        plan.sendNext();
    }

    /** The answer; null if there is none. */
    public @Nullable Answer take(ReadAheadSource source, EntryKey key) {
        State current = state;
        if (current == null || current.plans.isEmpty()) {
            return null;
        }
        Plan plan = current.plans.remove(source.item(key));
        return plan == null ? null : plan.take(key);
    }

    /** Whether there may be an answer. */
    public boolean has(ReadAheadSource source, EntryKey key) {
        State current = state;
        return current != null && current.plans.containsKey(source.item(key));
    }

    /** The key is about to be written, or its answer is outdated. */
    public void forget(StoreKey key) {
        State current = state;
        if (current != null) {
            current.plans.remove(key);
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

    /** The ids in the same column of the current rows, if they contain that id. */
    public List<Object> rowsLike(Object id, Object kind) {
        State current = state;
        QueryRows known = current == null ? null : current.rows;
        if (current == null || known == null) {
            return List.of();
        }
        List<Object> ids = known.idsLike(id, kind);
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

    /**
     * Keys that were requested together. They are read in windows: the next window is requested when the last one is
     * first used.
     */
    private static final class Plan {

        private final ReadAheadSource source;
        private final List<EntryKey> keys;
        private final boolean early;
        private final Map<String, Window> windows = new HashMap<>();
        private int next;

        Plan(ReadAheadSource source, List<EntryKey> keys, boolean early) {
            this.source = source;
            this.keys = keys;
            this.early = early;
        }

        void sendNext() {
            if (next < keys.size()) {
                List<EntryKey> some = keys.subList(next, Math.min(keys.size(), next + WINDOW));
                next += some.size();
                send(some);
            }
        }

        private void send(List<EntryKey> some) {
            Window window = new Window(source, some);
            for (EntryKey key : some) {
                windows.put(key.name(), window);
            }
        }

        boolean wasAskedBefore(long moment) {
            Window last = windows.isEmpty() ? null : windows.values().iterator().next();
            return last == null || last.sentAt - moment < 0;
        }

        /** Whether none of its answers may be used any more. */
        boolean isSpent() {
            return early && windows.values().stream().allMatch(window -> window.isOutdated(true));
        }

        @Nullable
        Answer take(EntryKey key) {
            Window window = windows.remove(key.name());
            while (window == null && next < keys.size()) {
                sendNext();
                window = windows.remove(key.name());
            }
            if (window == null) {
                return null;
            }
            if (!window.isInUse()) {
                sendNext();
            }
            Answer answer = window.answer(key);
            if (answer.value() == null || !window.isOutdated(early)) {
                return answer;
            }
            if (early) {
                return null;
            }
            Window fresh = new Window(source, refetched(window, key));
            fresh.keys.keySet().forEach(name -> windows.computeIfPresent(name, (n, old) -> fresh));
            return fresh.answer(key);
        }

        /** That key and the other hits of its window that have not been taken. */
        private List<EntryKey> refetched(Window outdated, EntryKey key) {
            List<EntryKey> again = new ArrayList<>(List.of(key));
            windows.forEach((name, window) -> {
                if (window == outdated && again.size() < REFETCHED && outdated.isHit(name)) {
                    again.add(outdated.keys.get(name));
                }
            });
            return again;
        }
    }

    /** One request. */
    private static final class Window {

        private final ReadAheadSource source;
        private final Map<String, EntryKey> keys = new LinkedHashMap<>();
        private final long sentAt = System.nanoTime();
        private final long statements = StatementCounter.current();
        private final int evictions;
        private final int writes;
        private final CompletableFuture<Map<String, Lookup>> reply;
        private @Nullable Map<String, Answer> answers;

        Window(ReadAheadSource source, List<EntryKey> keys) {
            this.source = source;
            keys.forEach(key -> this.keys.put(key.name(), key));
            this.evictions = source.evictions();
            this.writes = source.writes();
            this.reply = source.readAll(this.keys.keySet());
        }

        boolean isOutdated(boolean early) {
            return statements != StatementCounter.current()
                    || evictions != source.evictions()
                    || early && writes != source.writes()
                    || System.nanoTime() - sentAt > MAX_AGE_NANOS;
        }

        boolean isInUse() {
            return answers != null;
        }

        boolean isHit(String name) {
            Answer answer = answers().get(name);
            return answer != null && answer.value() != null;
        }

        Answer answer(EntryKey key) {
            Answer answer = answers().get(key.name());
            return answer == null ? new Answer(Lookup.Miss.ABSENT, null) : answer;
        }

        /**
         * Decodes all entries when the first one is needed, so that the entries that they refer to can be requested
         * together.
         */
        private Map<String, Answer> answers() {
            Map<String, Answer> known = answers;
            if (known == null) {
                known = new HashMap<>();
                answers = known;
                List<ReadAheadSource.Found> found = new ArrayList<>();
                for (Map.Entry<String, Lookup> each : reply.join().entrySet()) {
                    EntryKey key = keys.get(each.getKey());
                    if (key == null) {
                        continue;
                    }
                    Object value = each.getValue() instanceof Lookup.Hit hit ? source.decode(key, hit.value()) : null;
                    if (value != null) {
                        found.add(new ReadAheadSource.Found(key, value));
                    }
                    known.put(each.getKey(), new Answer(each.getValue(), value));
                }
                source.found(found, sentAt);
            }
            return known;
        }
    }
}
