package io.github.hibernateredis.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Makes the stores of one shared cache. Thread safe. */
public interface Stores extends AutoCloseable {

    /** A region is spread as the shared side calls for: because there are several servers, or one that is full drops large parts. */
    int AS_MANY_AS_NEEDED = 0;

    /**
     * The store of a region.
     *
     * @param qualifiedName the region's name, the same on every node
     * @param ttl how long an item lives at most
     * @param ttlJitter the fraction of the TTL by which an item may live shorter, at random
     * @param segments over how many parts of the shared side the region is to be spread, or {@link #AS_MANY_AS_NEEDED}
     */
    RegionStore region(String qualifiedName, Duration ttl, double ttlJitter, int segments);

    /** The stamps of the tables, under the name of the ORM's region for them. */
    TableStamps tables(String qualifiedName);

    /**
     * Begins to connect, if that has not been done. The result says that the first attempt is over, be it a success or a
     * failure; until there is a connection everything that is asked of the stores fails at once.
     */
    default CompletableFuture<Void> connect() {
        return CompletableFuture.completedFuture(null);
    }

    /**
     * How often connections have been lost or made so far, as far as that is known. Between two readings that differ another
     * server may have taken the place of the one that answered, with older data: nothing that is read is to be trusted until
     * a {@linkplain RegionStore#pulse pulse} that was sent after the change has been answered.
     */
    default int connectionChanges() {
        return 0;
    }

    /** Has somebody told of each change, on a thread that must not be kept waiting. */
    default void onConnectionChange(Runnable listener) {}

    /** Whether an operation that failed so was answered after all, by a refusal: then the shared side is there. */
    default boolean isRefusal(Throwable failure) {
        return false;
    }

    /** What happened and what to do about it, for a line of the log. */
    default String describe(Throwable failure) {
        return failure.toString();
    }

    /** To be called when nothing is asked of the stores any more. Takes no longer than one operation. */
    @Override
    default void close() {}
}
