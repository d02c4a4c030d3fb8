package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Lookup;

/** A kept value. It is used only after a check that no invalidation has arrived while it was being kept. */
final class NearEntry {

    private final Lookup.Hit hit;
    private final NearSegment.Generation generation;
    private final long expiresAt;
    private volatile boolean confirmed;

    /**
     * @param hit the answer of a near hit
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

    void confirm() {
        confirmed = true;
    }

    boolean isUsable(long now) {
        return confirmed && expiresAt - now > 0 && generation.isUsable(now);
    }
}
