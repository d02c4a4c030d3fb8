package io.github.hibernateredis.near;

import io.github.hibernateredis.store.Lookup;
import java.util.concurrent.TimeUnit;

/** A kept value. It is used only after a check that no invalidation has arrived while it was being kept. */
final class NearEntry {

    private final Lookup.Hit hit;
    private final long keptAt;
    private final NearSegment.Generation generation;
    private final long expiresAt;
    private volatile boolean confirmed;

    /**
     * @param hit what Redis answered
     * @param now the {@link System#nanoTime()} of the answer
     * @param mostMillis how long it is kept at most
     */
    NearEntry(Lookup.Hit hit, NearSegment.Generation generation, long now, long mostMillis) {
        this.hit = hit;
        this.generation = generation;
        this.keptAt = now;
        this.expiresAt = now + TimeUnit.MILLISECONDS.toNanos(Math.min(hit.remainingMillis(), mostMillis));
    }

    Lookup.Hit hit() {
        return hit;
    }

    /** What a near hit answers at that moment. */
    Lookup.Hit hit(long now) {
        long left = TimeUnit.NANOSECONDS.toMillis(expiresAt - now);
        long latest = hit.latestMillis() - TimeUnit.NANOSECONDS.toMillis(now - keptAt);
        return new Lookup.Hit(hit.value(), hit.stamp(), left, latest, hit.readAt(), true);
    }

    void confirm() {
        confirmed = true;
    }

    boolean isUsable(long now) {
        return confirmed && expiresAt - now > 0 && generation.isUsable(now);
    }
}
