package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.events.BypassReason;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The cached items of a role, as those see them who want them to be there. Thread safe. */
public interface CachedItems {

    /**
     * Which of the items are there and can be read, those included whose puts of this instance are under way. One that cannot be
     * read is dropped, so that it does not keep a load out.
     */
    CompletableFuture<Set<EntryKey>> present(Collection<EntryKey> keys);

    /** Why nothing of the region is used at present, or null. Costs no request. */
    @Nullable
    BypassReason bypassed();
}
