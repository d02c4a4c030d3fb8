package io.github.hibernateredis.access;

import io.github.hibernateredis.store.RegionStore;
import org.hibernate.cache.spi.access.SoftLock;

/** A lock of a whole region, held while a bulk operation of some session is in progress. Immutable. */
record RegionLock(RegionStore store, String id, Thread owner) implements SoftLock {

    /** @return whether it is known to be in place */
    boolean send() {
        return store.lockRegion(id).join();
    }
}
