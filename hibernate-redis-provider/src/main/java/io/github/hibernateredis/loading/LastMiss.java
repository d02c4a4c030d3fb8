package io.github.hibernateredis.loading;

import io.github.hibernateredis.store.StoreKey;
import org.jspecify.annotations.Nullable;

/**
 * What a session has missed last: if it loads that next, it is known how long the load took. For the session's own
 * thread.
 */
public final class LastMiss {

    private @Nullable StoreKey key;
    private long at;

    /** Of a session that has missed nothing yet. */
    public LastMiss() {}

    /** The key was missed now. */
    public void missed(StoreKey key) {
        this.key = key;
        this.at = System.nanoTime();
    }

    /** How long ago the key was missed, in nanoseconds; -1 if another one was missed since. Forgets it. */
    public long take(StoreKey loaded) {
        if (!loaded.equals(key)) {
            return -1;
        }
        key = null;
        return System.nanoTime() - at;
    }
}
