package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a session has asked Redis for before the ORM asks for it, and what it knows of what the ORM will ask for: the ORM reads
 * the elements of a collection, or the entities of a query's result, one after the other (6.6 to 8.0), and here they have come
 * with one request. Each answer is given once, a hit and a miss alike, and within a second: then it is as current as if it had
 * been asked for on its own, since the session was open already. Guarded by the monitor of its {@link SessionContext}.
 */
final class ReadAhead {

    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    /** Beyond it nothing more is read ahead until answers are taken: an answer that nobody wants costs memory. */
    private static final int MAX_KEYS = 20_000;

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

    ReadAhead(SessionContext context) {
        this.context = context;
    }

    /** Of items that the ORM is going to ask for now. */
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
            Map<ItemKey, Batch> sent = batches;
            if (sent == null) {
                sent = new HashMap<>();
                batches = sent;
            }
            Map<String, EntryKey> keys = new HashMap<>();
            for (EntryKey key : wanted) {
                Batch known = sent.get(access.item(key));
                if (sent.size() + keys.size() < MAX_KEYS
                        && access.isReadable(context, key)
                        && (known == null || !isGoodEnough.test(known))) {
                    keys.put(key.name(), key);
                }
            }
            if (!keys.isEmpty()) {
                Batch batch = new Batch(access, keys, early);
                for (EntryKey key : keys.values()) {
                    sent.put(access.item(key), batch);
                }
            }
        }
    }

    /** The answer, or null if there is none. */
    @Nullable
    Answer take(DomainDataAccess access, EntryKey key) {
        synchronized (context) {
            Batch batch = batches == null ? null : batches.remove(access.item(key));
            return batch == null || batch.isOutdated()
                    ? null
                    : new Answer(batch.values().get(key.name()));
        }
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
        private final CompletableFuture<Map<String, byte[]>> reply;
        private final long sentAt = System.nanoTime();
        private final int evictions;
        private final boolean early;
        private final int writes;
        private @Nullable Map<String, Object> values;

        Batch(DomainDataAccess access, Map<String, EntryKey> keys, boolean early) {
            this.access = access;
            this.keys = keys;
            this.evictions = access.evictions();
            this.early = early;
            this.writes = access.writes();
            this.reply = access.readAll(context, keys.keySet());
        }

        boolean isOutdated() {
            return evictions != access.evictions()
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
                for (Map.Entry<String, byte[]> item : reply.join().entrySet()) {
                    EntryKey key = keys.get(item.getKey());
                    Object value = access.decode(key, item.getValue());
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
