package io.github.hibernateredis.readahead;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.StoreKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Reads the entries of one type for one session. Equal to any other source of the same type and session. */
public interface ReadAheadSource {

    /** An entry that was read. */
    record Found(EntryKey key, Object value) {}

    /** The entry's key with its region. */
    StoreKey item(EntryKey key);

    /** Whether the session may use the cached entry of the key. */
    boolean isReadable(EntryKey key);

    /** Looks up each of the keys. Never fails. */
    CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys);

    /** The value of the entry; null if it cannot be read. */
    @Nullable
    Object decode(EntryKey key, byte[] bytes);

    /**
     * Called with the entries that were found, so that the entries that they refer to can be requested as well.
     *
     * @param askedAt when they were requested, {@link System#nanoTime()}
     */
    void found(List<Found> found, long askedAt);

    /** How often entries of the region were evicted on this instance: an answer from before an eviction is not used. */
    int evictions();

    /** How often entries of the type were written on this instance: an early answer from before a write is not used. */
    int writes();
}
