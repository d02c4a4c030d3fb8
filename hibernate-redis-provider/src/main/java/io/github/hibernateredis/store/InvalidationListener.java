package io.github.hibernateredis.store;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Is told of the invalidations of segments that near caches keep values of. The calls come from threads of the client, many at
 * a time; an implementation is thread safe, never blocks and never throws.
 */
public interface InvalidationListener {

    /** Any reply of a segment of the owner has said how many there have been. */
    void counted(String owner, Invalidations now);

    /**
     * An invalidation was published.
     *
     * @param owner the qualified name of the region, or of that of the table stamps
     * @param number its number, and where it was counted
     * @param keys what was invalidated; null for everything
     */
    void published(String owner, Invalidations number, @Nullable Collection<String> keys);

    /**
     * A near heartbeat was answered.
     *
     * @param sentAt {@link System#nanoTime()} before it was sent
     */
    void heartbeat(String owner, Invalidations now, long sentAt);

    /** This user may not subscribe or publish: invalidations of the owner cannot be heard of. */
    void refused(String owner, String missing);
}
