package io.github.hibernateredis.access;

import io.github.hibernateredis.store.RegionStore;

/** One item among those of all regions. */
record ItemKey(String region, String key) {

    static ItemKey of(RegionStore store, String key) {
        return new ItemKey(store.name(), key);
    }
}
