package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a session has asked Redis for before the ORM asks for it: the ORM reads the elements of a collection, or the entities
 * of a query's result, one after the other (6.6 to 8.0), and here they have come with one request. Each answer is given
 * once, a hit and a miss alike, and within a second: then it is as current as if it had been asked for on its own, since
 * the session was open already. Guarded by its {@link SessionContext}.
 */
final class ReadAhead {

    private static final long MAX_AGE_NANOS = 1_000_000_000L;

    /** Beyond it nothing more is read ahead until answers are taken: an answer that nobody wants costs memory. */
    private static final int MAX_KEYS = 20_000;

    /** What was read ahead about one key: a value, or that there is none. */
    record Answer(@Nullable Object value) {}

    /** An item that was read. */
    record Found(EntryKey key, Object value) {}

    private final SessionContext context;
    private final Map<ItemKey, Batch> batches = new HashMap<>();

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
        Map<String, EntryKey> keys = new HashMap<>();
        for (EntryKey key : wanted) {
            Batch known = batches.get(access.item(key));
            if (batches.size() + keys.size() < MAX_KEYS
                    && access.isReadable(context, key)
                    && (known == null || !isGoodEnough.test(known))) {
                keys.put(key.name(), key);
            }
        }
        if (!keys.isEmpty()) {
            Batch batch = new Batch(access, keys, early);
            keys.values().forEach(key -> batches.put(access.item(key), batch));
        }
    }

    /** The answer, or null if there is none. */
    @Nullable
    Answer take(DomainDataAccess access, EntryKey key) {
        Batch batch = batches.remove(access.item(key));
        return batch == null || batch.isOutdated()
                ? null
                : new Answer(batch.values().get(key.name()));
    }

    boolean has(DomainDataAccess access, EntryKey key) {
        return batches.containsKey(access.item(key));
    }

    void forget(ItemKey item) {
        batches.remove(item);
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
