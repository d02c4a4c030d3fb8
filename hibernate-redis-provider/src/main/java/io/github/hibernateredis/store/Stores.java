package io.github.hibernateredis.store;

import java.time.Duration;

/** Makes the stores of one shared cache. Thread safe. */
public interface Stores extends AutoCloseable {

    /**
     * The store of a region.
     *
     * @param qualifiedName the region's name, the same on every node
     * @param ttl how long an item lives at most
     * @param ttlJitter the fraction of the TTL by which an item may live shorter, at random
     */
    RegionStore region(String qualifiedName, Duration ttl, double ttlJitter);

    /** The stamps of the tables, under the name of the ORM's region for them. */
    TableStamps tables(String qualifiedName);

    /** To be called when nothing is asked of the stores any more. Takes no longer than one operation. */
    @Override
    default void close() {}
}
