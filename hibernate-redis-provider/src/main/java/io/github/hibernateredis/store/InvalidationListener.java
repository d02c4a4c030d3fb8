package io.github.hibernateredis.store;

import java.util.Collection;
import org.jspecify.annotations.Nullable;

/**
 * Receives the invalidations of segments with near caches. Threads of the client call the methods, many at the same
 * time; an implementation must be thread safe, never block and never throw.
 */
public interface InvalidationListener {

    /** A reply of a segment of the owner has shown the current number of invalidations. */
    void counted(String owner, Invalidations now);

    /**
     * An invalidation was published.
     *
     * @param owner the qualified name of the region, or of the region of the table stamps
     * @param number its number, and the segment and epoch that counted it
     * @param keys the invalidated keys; null for all
     */
    void published(String owner, Invalidations number, @Nullable Collection<String> keys);

    /**
     * A near heartbeat was answered.
     *
     * @param sentAt the {@link System#nanoTime()} before it was sent
     */
    void heartbeat(String owner, Invalidations now, long sentAt);

    /** The Redis user may not subscribe or publish: this instance cannot receive the owner's invalidations. */
    void refused(String owner, String missing);
}
