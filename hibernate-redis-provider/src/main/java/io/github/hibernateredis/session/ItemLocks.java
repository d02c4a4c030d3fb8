package io.github.hibernateredis.session;

import io.github.hibernateredis.store.StoreKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys that the session's transaction writes, and how. Guarded by its {@link SessionWrites}. */
final class ItemLocks {

    private final Map<StoreKey, ItemLock> locked = new LinkedHashMap<>();
    private final Set<StoreKey> inserted = new LinkedHashSet<>();
    private final Set<StoreKey> unlocked = new LinkedHashSet<>();
    private final Map<StoreKey, Object> instances = new HashMap<>();

    boolean isWriting(StoreKey key) {
        return locked.containsKey(key) || inserted.contains(key) || unlocked.contains(key);
    }

    @Nullable
    ItemLock lockOf(StoreKey key) {
        return locked.get(key);
    }

    void add(ItemLock lock) {
        locked.put(lock.key, lock);
    }

    /** @return whether it was held here */
    boolean remove(ItemLock lock) {
        return locked.remove(lock.key, lock);
    }

    Collection<ItemLock> all() {
        return locked.values();
    }

    void inserted(StoreKey key) {
        inserted.add(key);
    }

    void insertedNoLonger(StoreKey key) {
        inserted.remove(key);
    }

    void writesUnlocked(StoreKey key) {
        unlocked.add(key);
    }

    /** @return whether it was written here, and has not been locked since */
    boolean writesUnlockedNoLonger(StoreKey key) {
        return unlocked.remove(key);
    }

    /** Removes and returns the remaining locks. */
    List<ItemLock> takeLocks() {
        List<ItemLock> left = new ArrayList<>(locked.values());
        locked.clear();
        return left;
    }

    /** Removes and returns the remaining keys that were written without a lock. */
    List<StoreKey> takeUnlocked() {
        List<StoreKey> left = new ArrayList<>(unlocked);
        unlocked.clear();
        return left;
    }

    void forgetInserts() {
        inserted.clear();
    }

    /** Notes the entity whose state has been written under the key. */
    void wrote(StoreKey key, @Nullable Object entity) {
        if (entity == null) {
            instances.remove(key);
        } else {
            instances.put(key, entity);
        }
    }

    /** The entity whose state was last written under the key. */
    @Nullable
    Object written(StoreKey key) {
        return instances.get(key);
    }

    void forgetInstances() {
        instances.clear();
    }
}
