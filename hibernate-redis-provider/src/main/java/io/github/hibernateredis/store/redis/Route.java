package io.github.hibernateredis.store.redis;

/**
 * Where the keys of a request are.
 *
 * @param slot their slot in a cluster: only keys of one slot can be in one request; 0 for all keys outside a cluster
 * @param server the address of the master that owns the slot; empty outside a cluster, and as long as it is not known
 */
record Route(int slot, String server) {

    /** Outside a cluster every key is there. */
    static final Route ANY = new Route(0, "");
}
