package io.github.hibernateredis.store.redis;

import io.github.hibernateredis.store.RegionStore;
import java.util.concurrent.CompletableFuture;

/** A region in one layout. An operation of which its nodes have decided for another one since is refused. */
sealed interface RegionInLayout extends RegionStore permits RedisRegionStore, SegmentedRegionStore {

    /**
     * Begins anew what is there in an older layout, which ends the locks in it: a writer does not find its own any more. So for
     * as long as the longest of them would have lived, every put is refused.
     *
     * @param heldMillis for how long puts are refused at least, because of locks elsewhere
     * @return for how long they are refused
     */
    CompletableFuture<Long> begin(long heldMillis);
}
