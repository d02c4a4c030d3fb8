package io.github.hibernateredis.session;

import java.util.HashSet;
import java.util.Set;

/**
 * What a session knows of the natural ids of its entities, so that the ORM's questions while it loads an entity cost no
 * request. For the session's own thread.
 */
public final class NaturalIdLookups {

    /** Beyond it, the natural ids of entities that were hits are put once more, and refused. */
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

    /** Whether the entity was found in the cache since this was last asked. */
    public boolean takeHit(String role, Object id) {
        return hits.remove(new EntityHit(role, id));
    }

    /** From now on the session is asked for what it knows without the cache, or no longer. */
    public void askWithoutCache(boolean asking) {
        askingWithoutCache = asking;
    }

    /** Whether the session is asked for what it knows without the cache. */
    public boolean asksWithoutCache() {
        return askingWithoutCache;
    }

    void clear() {
        if (!hits.isEmpty()) {
            hits.clear();
        }
    }
}
