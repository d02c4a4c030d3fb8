package io.github.hibernateredis.session;

import java.util.HashSet;
import java.util.Set;

/**
 * The natural ids that a session knows for its entities, so that the ORM's lookups while it loads an entity send no
 * request. Used by the session's own thread.
 */
public final class NaturalIdLookups {

    /**
     * The maximum number of noted hits. Beyond it every entity counts as a hit: a natural id that is taken from an
     * entry must not be put, since the entry may be older than the session.
     */
    private static final int MAX_HITS = 10_000;

    private record EntityHit(String role, Object id) {}

    private final Set<EntityHit> hits = new HashSet<>();
    private boolean askingWithoutCache;

    NaturalIdLookups() {}

    /** The entity was found in the cache. */
    public void entityHit(String role, Object id) {
        if (hits.size() < MAX_HITS) {
            hits.add(new EntityHit(role, id));
        }
    }

    /** Whether the entity was found in the cache since the last call. */
    public boolean takeHit(String role, Object id) {
        boolean full = hits.size() >= MAX_HITS;
        return hits.remove(new EntityHit(role, id)) || full;
    }

    /** Starts or ends the time in which the session must answer without the cache. */
    public void askWithoutCache(boolean asking) {
        askingWithoutCache = asking;
    }

    /** Whether the session must answer without the cache. */
    public boolean asksWithoutCache() {
        return askingWithoutCache;
    }

    void clear() {
        if (!hits.isEmpty()) {
            hits.clear();
        }
    }
}
