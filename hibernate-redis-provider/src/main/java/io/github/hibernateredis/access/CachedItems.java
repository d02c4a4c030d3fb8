package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.events.BypassReason;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The cached entries of a role, as needed by a warm-up. Thread safe. */
public interface CachedItems {

    /**
     * Returns the keys whose entries exist and can be read. Waits for puts of this instance that are in progress. An
     * entry that cannot be read is dropped, so that the next load can be stored.
     */
    CompletableFuture<Set<EntryKey>> present(Collection<EntryKey> keys);

    /** Why the region is not used at present; null if it is used. Sends no request. */
    @Nullable
    BypassReason bypassed();
}
