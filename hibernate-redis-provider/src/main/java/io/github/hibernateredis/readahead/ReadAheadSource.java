package io.github.hibernateredis.readahead;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.StoreKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Where the entries of one kind are read for one session. Equal to any other of the same kind and session. */
public interface ReadAheadSource {

    /** An entry that was read. */
    record Found(EntryKey key, Object value) {}

    /** The entry's key among those of all regions. */
    StoreKey item(EntryKey key);

    /** Whether the cache has anything to tell the session about the key. */
    boolean isReadable(EntryKey key);

    /** What there is of each of the keys. Never fails. */
    CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys);

    /** The value of the entry, or null if it cannot be read. */
    @Nullable
    Object decode(EntryKey key, byte[] bytes);

    /**
     * Is told what was found, so that what it refers to can be asked for in turn.
     *
     * @param askedAt when it was asked for, {@link System#nanoTime()}
     */
    void found(List<Found> found, long askedAt);

    /** How often entries of the region were evicted on this instance: an answer from before an eviction is not used. */
    int evictions();

    /** How often entries of the kind were written on this instance: an early answer from before a write is not used. */
    int writes();
}
