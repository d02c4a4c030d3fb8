package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Lookup;
import java.util.concurrent.TimeUnit;

/** A kept value. It is used only after a check that no invalidation has arrived while it was being kept. */
final class NearEntry {

    private final Lookup.Hit hit;
    private final NearSegment.Generation generation;
    private final long expiresAt;
    private volatile boolean confirmed;

    /**
     * @param hit the answer of a near hit, except for its remaining life
     * @param expiresAt the {@link System#nanoTime()} at which it expires
     */
    NearEntry(Lookup.Hit hit, NearSegment.Generation generation, long expiresAt) {
        this.hit = hit;
        this.generation = generation;
        this.expiresAt = expiresAt;
    }

    Lookup.Hit hit() {
        return hit;
    }

    /** What a near hit answers at that moment. */
    Lookup.Hit hit(long now) {
        long left = TimeUnit.NANOSECONDS.toMillis(expiresAt - now);
        return new Lookup.Hit(hit.value(), hit.stamp(), left, hit.readAt(), true);
    }

    void confirm() {
        confirmed = true;
    }

    boolean isUsable(long now) {
        return confirmed && expiresAt - now > 0 && generation.isUsable(now);
    }
}
