package io.github.hibernateredis.store.redis;

/**
 * The location of the keys of a request.
 *
 * @param slot their slot in a cluster, since one request can only contain keys of one slot; 0 for all keys outside a
 *     cluster
 * @param server the address of the master that owns the slot; empty outside a cluster, and while it is unknown
 */
record Route(int slot, String server) {

    /** The route of every key outside a cluster. */
    static final Route ANY = new Route(0, "");
}
