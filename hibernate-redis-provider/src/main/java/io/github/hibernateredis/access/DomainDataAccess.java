package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.UncacheableValueException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.CachedDomainDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.metamodel.mapping.EntityMappingType;
import org.jspecify.annotations.Nullable;

/** What is the same for every kind of data: the ORM's calls, passed on to the strategy. */
abstract sealed class DomainDataAccess implements CachedDomainDataAccess
        permits RedisEntityDataAccess, RedisNaturalIdDataAccess, RedisCollectionDataAccess {

    final Strategy strategy;
    private final Strategy uncached;
    private final Strategy acrossTenants;
    private final DomainDataRegion region;
    private final RegionLocks regionLocks;
    private final Evictions evictions;
    private final Tenants tenants;
    private final AtomicInteger writes = new AtomicInteger();
    private volatile @Nullable Boolean divided;

    DomainDataAccess(
            DomainDataRegion region, Strategy strategy, RegionLocks regionLocks, Evictions evictions, Tenants tenants) {
        this.region = region;
        this.strategy = strategy;
        this.uncached = new UncachedStrategy(strategy.type(), strategy.items(), null);
        this.acrossTenants = new UncachedStrategy(strategy.type(), strategy.items(), regionLocks);
        this.regionLocks = regionLocks;
        this.evictions = evictions;
        this.tenants = tenants;
    }

    /** A key that cannot be made leaves its item uncached: the ORM asks for keys where an exception would fail a read. */
    final EntryKey key(Object id, Supplier<EntryKey> maker) {
        try {
            return maker.get();
        } catch (UncacheableValueException e) {
            strategy.items().warnings().accept(e.getMessage());
            return EntryKey.uncacheable(id);
        }
    }

    /** The tenant that a key is to name: none where rows are everybody's. */
    final @Nullable String tenant(@Nullable String ofSession, EntityMappingType root) {
        if (ofSession == null) {
            return null;
        }
        Boolean known = divided;
        if (known == null) {
            known = tenants.own(root, ofSession);
            divided = known;
        }
        return known ? ofSession : null;
    }

    final Strategy strategy(SessionContext context, Object key) {
        EntryKey entry = (EntryKey) key;
        if (entry.namesTenant() && tenants.areIgnoredBy(context.session())) {
            return acrossTenants;
        }
        return entry.isCacheable() ? strategy : uncached;
    }

    @Override
    public final DomainDataRegion getRegion() {
        return region;
    }

    @Override
    public final AccessType getAccessType() {
        return strategy.type();
    }

    @Override
    public @Nullable Object get(SharedSessionContractImplementor session, Object key) {
        return read(SessionContext.of(session), (EntryKey) key);
    }

    final @Nullable Object read(SessionContext context, EntryKey key) {
        Strategy strategy = strategy(context, key);
        if (!strategy.isReadable(context, key)) {
            return null;
        }
        ReadAhead.Answer answer = context.ahead().take(this, key);
        if (answer != null) {
            return answer.value();
        }
        long askedAt = System.nanoTime();
        readCompanions(context, key, askedAt);
        Object value = strategy.get(context, key);
        if (value != null) {
            lookAhead(context, List.of(new ReadAhead.Found(key, value)), askedAt);
        }
        return value;
    }

    /** Asks for what the application usually wants together with the item that is about to be asked for. */
    void readCompanions(SessionContext context, EntryKey key, long askedAt) {}

    /** An item is about to be written. */
    void locking(SessionContext context) {}

    /** The session is about to write items of which it does not know the keys. */
    final void writeUnderAllKeys(SessionContext context) {
        writes.incrementAndGet();
        context.writeUnderAllKeys(regionLocks);
    }

    /** What was asked for together with the item is not to be used: the item itself becomes newer. */
    void forgetCompanions(SessionContext context, EntryKey key) {}

    final boolean isReadable(SessionContext context, EntryKey key) {
        return strategy(context, key).isReadable(context, key);
    }

    final CompletableFuture<Map<String, byte[]>> readAll(SessionContext context, Set<String> keys) {
        return strategy.getAll(context, keys);
    }

    final @Nullable Object decode(EntryKey key, byte[] bytes) {
        return strategy.items().decode(key, bytes);
    }

    final ItemKey item(EntryKey key) {
        return ItemKey.of(strategy.items().store(), key.name());
    }

    final int evictions() {
        return evictions.count();
    }

    /** How often an item has been written here, or may have been. */
    final int writes() {
        return writes.get();
    }

    /**
     * Asks for what the ORM will want next, now that it gets these.
     *
     * @param askedAt when these were asked for, {@link System#nanoTime()}
     */
    void lookAhead(SessionContext context, List<ReadAhead.Found> found, long askedAt) {}

    @Override
    public boolean putFromLoad(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable Object version) {
        SessionContext context = SessionContext.of(session);
        forgetCompanions(context, (EntryKey) key);
        return strategy(context, key).putFromLoad(context, (EntryKey) key, value, context.hearsOfRows());
    }

    /** A put never replaces a live item, so minimal puts are what happens anyway. */
    @Override
    public final boolean putFromLoad(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            @Nullable Object version,
            boolean minimalPutOverride) {
        return putFromLoad(session, key, value, version);
    }

    @Override
    public final @Nullable SoftLock lockItem(
            SharedSessionContractImplementor session, Object key, @Nullable Object version) {
        SessionContext context = SessionContext.of(session);
        forgetCompanions(context, (EntryKey) key);
        locking(context);
        return strategy(context, key).lock(context, (EntryKey) key);
    }

    @Override
    public final void unlockItem(SharedSessionContractImplementor session, Object key, @Nullable SoftLock lock) {
        SessionContext context = SessionContext.of(session);
        writes.incrementAndGet();
        strategy(context, key).unlock(context, (EntryKey) key, lock);
    }

    @Override
    public final void remove(SharedSessionContractImplementor session, Object key) {
        SessionContext context = SessionContext.of(session);
        strategy(context, key).remove(context, (EntryKey) key);
    }

    @Override
    public final void removeAll(SharedSessionContractImplementor session) {
        writes.incrementAndGet();
        SessionContext.of(session).bulkOperation(regionLocks);
    }

    /** Where there are tenants, no item is found without naming one, as {@code org.hibernate.Cache} does. */
    @Override
    public final boolean contains(Object key) {
        EntryKey entry = (EntryKey) key;
        evictions.look();
        return entry.isCacheable() && strategy.items().store().get(entry.name()).join() != null;
    }

    @Override
    public final SoftLock lockRegion() {
        return regionLocks.lock();
    }

    @Override
    public final void unlockRegion(@Nullable SoftLock lock) {
        writes.incrementAndGet();
        regionLocks.unlock(lock);
    }

    /**
     * {@code org.hibernate.Cache} names no tenant (6.6 to 8.0). Where there are tenants, the item of each may be meant,
     * and they cannot be enumerated: the region is cleared.
     */
    @Override
    public final void evict(Object key) {
        EntryKey entry = (EntryKey) key;
        if (!entry.namesTenant() && tenants.exist()) {
            evictAll();
        } else if (entry.isCacheable()) {
            evictions.happens();
            strategy.items().store().evict(entry.name()).join();
        }
    }

    @Override
    public final void evictAll() {
        evictions.happens();
        strategy.items().store().clear().join();
    }

    @Override
    public final String toString() {
        return getAccessType() + " access to " + strategy.items().store();
    }
}
