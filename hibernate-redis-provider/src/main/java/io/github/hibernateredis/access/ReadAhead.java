package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a session has asked Redis for before the ORM asks for it, and what it knows of what the ORM will ask for: the ORM reads
 * the elements of a collection, or the entities of a query's result, one after the other (6.6 to 8.0), and here they have come
 * with one request. Each answer is given once, a hit and a miss alike, within a second, and only if the thread has run no SQL since:
 * a lock that the SQL has taken must not be followed by what was true before it. What is left of a request then is asked for
 * once more. Guarded by the monitor of its {@link SessionContext}.
 */
final class ReadAhead {

    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    /** Of how many items one request asks. */
    private static final int MAX_BATCH = 1_000;

    /** Beyond it nothing more is read early until answers are taken: an answer that nobody wants costs memory. */
    private static final int MAX_EARLY_KEYS = 20_000;

    /** Beyond it no habits are learnt. */
    private static final int MAX_OWNERS = 10_000;

    /** What was read ahead about one key: a value, or that there is none. */
    record Answer(@Nullable Object value) {}

    /** An item that was read. */
    record Found(EntryKey key, Object value) {}

    private record Expected(RedisCollectionDataAccess access, Object id) {}

    private final SessionContext context;
    private @Nullable Map<ItemKey, Batch> batches;
    private @Nullable QueryRows rows;
    private @Nullable Set<Expected> expected;
    private boolean listening;

    ReadAhead(SessionContext context) {
        this.context = context;
    }

    /** Of items that the ORM is going to ask for now, in that order. */
    void send(DomainDataAccess access, Collection<EntryKey> wanted) {
        send(access, wanted, false, batch -> true);
    }

    /**
     * Of items that the application may want later. An answer is taken only if nobody in this JVM has written an item of the kind
     * since; one that was asked for before that moment is replaced.
     */
    void sendEarly(DomainDataAccess access, Collection<EntryKey> wanted, long notBefore) {
        send(access, wanted, true, batch -> batch.sentAt - notBefore >= 0);
    }

    private void send(
            DomainDataAccess access, Collection<EntryKey> wanted, boolean early, Predicate<Batch> isGoodEnough) {
        synchronized (context) {
            listen();
            Map<ItemKey, Batch> known = batches;
            if (known == null) {
                known = new HashMap<>();
                batches = known;
            }
            Map<String, EntryKey> keys = new LinkedHashMap<>();
            for (EntryKey key : wanted) {
                Batch batch = known.get(access.item(key));
                if ((!early || known.size() + keys.size() < MAX_EARLY_KEYS)
                        && access.isReadable(context, key)
                        && (batch == null || batch.isSent() && (batch.isOutdated() || !isGoodEnough.test(batch)))) {
                    keys.put(key.name(), key);
                }
            }
            if (!keys.isEmpty()) {
                inBatches(access, List.copyOf(keys.values()), MAX_BATCH, early, known)
                        .send();
            }
        }
    }

    /**
     * Divides keys into batches, which are sent as their first answer is wanted.
     *
     * @param first how many keys the first batch has at most
     * @return the first batch
     */
    private Batch inBatches(
            DomainDataAccess access, List<EntryKey> wanted, int first, boolean early, Map<ItemKey, Batch> known) {
        int size = Math.min(first, wanted.size());
        Map<String, EntryKey> keys = new LinkedHashMap<>();
        wanted.subList(0, size).forEach(key -> keys.put(key.name(), key));
        Batch batch = new Batch(access, keys, early);
        keys.values().forEach(key -> known.put(access.item(key), batch));
        for (int from = size; from < wanted.size(); from += MAX_BATCH) {
            List<EntryKey> part = wanted.subList(from, Math.min(from + MAX_BATCH, wanted.size()));
            inBatches(access, part, MAX_BATCH, early, known);
        }
        return batch;
    }

    /** The application may have replaced the ORM's default listeners. One that counts twice does no harm. */
    private void listen() {
        if (!listening) {
            listening = true;
            context.session().getEventListenerManager().addListener(new StatementCounter());
        }
    }

    /** The answer, or null if there is none. */
    @Nullable
    Answer take(DomainDataAccess access, EntryKey key) {
        synchronized (context) {
            Map<ItemKey, Batch> known = batches;
            Batch batch = known == null ? null : known.get(access.item(key));
            if (known == null || batch == null) {
                return null;
            }
            if (batch.isSent() && batch.isOutdated()) {
                if (batch.early) {
                    known.remove(access.item(key));
                    return null;
                }
                batch = again(batch, key, known);
            }
            known.remove(access.item(key));
            batch.taken++;
            return new Answer(batch.values().get(key.name()));
        }
    }

    /**
     * What is left of a batch, to be asked for once more. If the session runs SQL again and again, because many of the items are
     * not in the cache, only as many as it may get from one answer.
     */
    private Batch again(Batch batch, EntryKey first, Map<ItemKey, Batch> known) {
        List<EntryKey> left = new ArrayList<>();
        left.add(first);
        for (EntryKey key : batch.keys.values()) {
            if (!key.name().equals(first.name()) && known.get(batch.access.item(key)) == batch) {
                left.add(key);
            }
        }
        return inBatches(batch.access, left, Math.min(MAX_BATCH, 2 * batch.taken + 1), false, known);
    }

    boolean has(DomainDataAccess access, EntryKey key) {
        synchronized (context) {
            return batches != null && batches.containsKey(access.item(key));
        }
    }

    void forget(ItemKey item) {
        synchronized (context) {
            if (batches != null) {
                batches.remove(item);
            }
        }
    }

    /** The session is reading the rows of a query's result, which may name entities. */
    void rows(List<?> found) {
        synchronized (context) {
            rows = new QueryRows(found);
        }
    }

    void forgetRows() {
        synchronized (context) {
            rows = null;
        }
    }

    /** The ids in the same column of the rows that the session is reading, if that one is among them. */
    List<Object> rowsLike(Object id, Object kind) {
        synchronized (context) {
            QueryRows known = rows;
            if (known == null) {
                return List.of();
            }
            List<Object> ids = known.idsLike(id, kind);
            if (known.isExhausted()) {
                rows = null;
            }
            return ids;
        }
    }

    /** The session may be about to read the collection of that owner. */
    void expect(RedisCollectionDataAccess access, Object owner) {
        synchronized (context) {
            if (expected == null) {
                expected = new HashSet<>();
            }
            if (expected.size() < MAX_OWNERS) {
                expected.add(new Expected(access, owner));
            }
        }
    }

    /** Whether that was expected. */
    boolean takeExpected(RedisCollectionDataAccess access, Object owner) {
        synchronized (context) {
            return expected != null && expected.remove(new Expected(access, owner));
        }
    }

    /** Nothing that was asked for before is to be used any more. */
    void clear() {
        synchronized (context) {
            batches = null;
            rows = null;
            expected = null;
        }
    }

    /** One request. */
    private final class Batch {

        private final DomainDataAccess access;
        private final Map<String, EntryKey> keys;
        private final boolean early;
        private @Nullable CompletableFuture<Map<String, byte[]>> reply;
        private long sentAt;
        private StatementCounter.Moment sent = StatementCounter.Moment.now();
        private int evictions;
        private int writes;
        private @Nullable Map<String, Object> values;

        /** How many of its answers were used. */
        private int taken;

        Batch(DomainDataAccess access, Map<String, EntryKey> keys, boolean early) {
            this.access = access;
            this.keys = keys;
            this.early = early;
        }

        boolean isSent() {
            return reply != null;
        }

        CompletableFuture<Map<String, byte[]>> send() {
            CompletableFuture<Map<String, byte[]>> known = reply;
            if (known == null) {
                sentAt = System.nanoTime();
                sent = StatementCounter.Moment.now();
                evictions = access.evictions();
                writes = access.writes();
                known = access.readAll(context, keys.keySet());
                reply = known;
            }
            return known;
        }

        boolean isOutdated() {
            return !sent.equals(StatementCounter.Moment.now())
                    || evictions != access.evictions()
                    || early && writes != access.writes()
                    || System.nanoTime() - sentAt > MAX_AGE_NANOS;
        }

        /** All are decoded as soon as one is wanted, so that what they refer to can be asked for together in turn. */
        Map<String, Object> values() {
            Map<String, Object> known = values;
            if (known == null) {
                known = new HashMap<>();
                values = known;
                List<Found> found = new ArrayList<>();
                Map<String, byte[]> bytes = send().join();
                for (EntryKey key : keys.values()) {
                    byte[] item = bytes.get(key.name());
                    Object value = item == null ? null : access.decode(key, item);
                    if (value != null) {
                        known.put(key.name(), value);
                        found.add(new Found(key, value));
                    }
                }
                access.lookAhead(context, found, sentAt);
            }
            return known;
        }
    }
}
