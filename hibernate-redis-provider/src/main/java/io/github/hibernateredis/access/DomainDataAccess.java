package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.AbsentRow;
import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.UncacheableValueException;
import io.github.hibernateredis.events.BypassReason;
import io.github.hibernateredis.events.MissReason;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.Reloads;
import io.github.hibernateredis.readahead.ReadAhead;
import io.github.hibernateredis.readahead.ReadAheadSource;
import io.github.hibernateredis.session.LoadPolicy;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.session.SessionContext;
import io.github.hibernateredis.store.Lookup;
import io.github.hibernateredis.store.Snapshot;
import io.github.hibernateredis.store.StoreKey;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
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

/** The common part of all kinds of data: passes the ORM's calls on to the strategy. */
abstract class DomainDataAccess implements CachedDomainDataAccess, CachedItems {

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

    /**
     * An entry whose key cannot be built stays uncached: the ORM requests keys where an exception would fail a read.
     */
    final EntryKey key(Object id, Supplier<EntryKey> maker) {
        try {
            return maker.get();
        } catch (UncacheableValueException e) {
            strategy.items().warnings().accept(e.getMessage());
            return EntryKey.uncacheable(id);
        }
    }

    /** The tenant that a key must contain; null if the rows belong to all tenants. */
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
        StoreKey reloading = context.loads().reloading();
        if (reloading != null && reloading.equals(item(key))) {
            return null;
        }
        Strategy strategy = strategy(context, key);
        if (!strategy.isReadable(context, key)) {
            strategy.items().missed(key, MissReason.BEING_WRITTEN);
            return null;
        }
        ReadAhead.Answer answer = context.ahead().take(source(context), key);
        if (answer != null && (strategy.items().loads() == null || !LoadGate.isMissing(answer.lookup()))) {
            reloadInTime(strategy, context, key, answer.lookup());
            return strategy.items().use(key, answer);
        }
        long askedAt = System.nanoTime();
        Lookup lookup;
        if (answer == null) {
            readCompanions(context, key, askedAt);
            lookup = strategy.read(context, key);
        } else {
            lookup = answer.lookup();
        }
        reloadInTime(strategy, context, key, lookup);
        Object value = strategy.items().use(key, awaitLoad(strategy, context, key, lookup));
        if (value == null && strategy.items().reloader() != null) {
            context.loads().missed(item(key));
        }
        if (value != null) {
            lookAhead(context, List.of(new ReadAheadSource.Found(key, value)), askedAt);
        }
        return value;
    }

    private Lookup awaitLoad(Strategy strategy, SessionContext context, EntryKey key, Lookup found) {
        LoadGate gate = strategy.items().loads();
        return gate == null || strategy.readsRepeatably(context)
                ? found
                : context.loads().await(gate, loadKind(), item(key), found, null, () -> strategy.read(context, key));
    }

    /** Has an entry reloaded that expires soon, or whose TTL is over; this session does not wait for that. */
    private void reloadInTime(Strategy used, SessionContext context, EntryKey key, Lookup found) {
        Reloader reloader = used.items().reloader();
        if (reloader == null || used != strategy || !(found instanceof Lookup.Hit hit) || AbsentRow.is(hit.value())) {
            return;
        }
        Reloads.Age age = reloader.reloads().age(hit);
        if (age == Reloads.Age.STALE) {
            used.items().events().staleHit(used.items().store().name());
        }
        Reloader.Load load = age == Reloads.Age.FRESH ? null : reload(context, key);
        if (load != null) {
            reloader.offer(context, used.items().store(), item(key), hit, load);
        }
    }

    /** What loads the item in another session; null if none can. */
    Reloader.@Nullable Load reload(SessionContext context, EntryKey key) {
        return null;
    }

    /** Requests entries that the application usually needs together with the entry that is about to be requested. */
    void readCompanions(SessionContext context, EntryKey key, long askedAt) {}

    /**
     * Drops the answers that were requested together with the entry, because the entry itself is replaced by a newer
     * one.
     */
    void forgetCompanions(SessionContext context, EntryKey key) {}

    final StoreKey item(EntryKey key) {
        return strategy.items().at(key);
    }

    /** The source for reading entries of this kind ahead in the session. */
    public final ReadAheadSource source(SessionContext context) {
        return new Source(this, context);
    }

    @Override
    public final CompletableFuture<Set<EntryKey>> present(Collection<EntryKey> keys) {
        Map<String, EntryKey> byName = new HashMap<>();
        keys.stream().filter(EntryKey::isCacheable).forEach(key -> byName.put(key.name(), key));
        Items items = strategy.items();
        return items.store().readAll(byName.keySet(), Snapshot.LATEST).thenApply(found -> {
            Set<EntryKey> present = new HashSet<>();
            byName.forEach((name, key) -> {
                if (found.get(name) instanceof Lookup.Hit hit && items.decode(key, hit.value()) != null) {
                    present.add(key);
                }
            });
            return present;
        });
    }

    @Override
    public final @Nullable BypassReason bypassed() {
        return strategy.items().store().bypassed();
    }

    private record Source(DomainDataAccess access, SessionContext context) implements ReadAheadSource {

        @Override
        public StoreKey item(EntryKey key) {
            return access.item(key);
        }

        @Override
        public boolean isReadable(EntryKey key) {
            return access.strategy(context, key).isReadable(context, key);
        }

        @Override
        public CompletableFuture<Map<String, Lookup>> readAll(Collection<String> keys) {
            return access.strategy.readAll(context, keys);
        }

        @Override
        public @Nullable Object decode(EntryKey key, byte[] bytes) {
            return access.strategy.items().decode(key, bytes);
        }

        @Override
        public void found(List<ReadAheadSource.Found> found, long askedAt) {
            access.lookAhead(context, found, askedAt);
        }

        @Override
        public int evictions() {
            return access.evictions.count();
        }

        @Override
        public int writes() {
            return access.writes.get();
        }
    }

    /**
     * Requests the entries that the ORM will need after these.
     *
     * @param askedAt when these were requested, {@link System#nanoTime()}
     */
    void lookAhead(SessionContext context, List<ReadAheadSource.Found> found, long askedAt) {}

    @Override
    public boolean putFromLoad(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable Object version) {
        SessionContext context = SessionContext.of(session);
        forgetCompanions(context, (EntryKey) key);
        Reloader reloader = strategy.items().reloader();
        if (reloader != null) {
            long nanos = context.loads().took(item((EntryKey) key));
            if (nanos >= 0) {
                reloader.reloads().loadTook(nanos);
            }
        }
        boolean stores = strategy(context, key).putFromLoad(context, (EntryKey) key, value, loadKind());
        context.loads().end(item((EntryKey) key));
        return stores;
    }

    LoadPolicy.Kind loadKind() {
        return LoadPolicy.Kind.ROW;
    }

    /** A put never replaces a live entry, so puts are always minimal puts. */
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
        beforeWrite(context);
        return strategy(context, key).lock(context, (EntryKey) key);
    }

    @Override
    public final void unlockItem(SharedSessionContractImplementor session, Object key, @Nullable SoftLock lock) {
        SessionContext context = SessionContext.of(session);
        writes.incrementAndGet();
        strategy(context, key).unlock(context, (EntryKey) key, lock);
        afterWrite(context);
    }

    final RegionLocks regionLocks() {
        return regionLocks;
    }

    /** Called before a session writes an entry. */
    void beforeWrite(SessionContext context) {}

    /** Called when the write has ended. */
    void afterWrite(SessionContext context) {}

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

    /**
     * With tenants, an entry can only be found under a tenant's key, and {@code org.hibernate.Cache} names no tenant.
     */
    @Override
    public final boolean contains(Object key) {
        EntryKey entry = (EntryKey) key;
        evictions.look();
        return entry.isCacheable()
                && strategy.items().store().read(entry.name(), Snapshot.LATEST).join() instanceof Lookup.Hit hit
                && !AbsentRow.is(hit.value());
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
     * {@code org.hibernate.Cache} names no tenant (6.6 to 8.0). With tenants, the entries of all tenants may be meant,
     * and they cannot be enumerated: the whole region is cleared.
     */
    @Override
    public final void evict(Object key) {
        EntryKey entry = (EntryKey) key;
        if (!entry.namesTenant() && tenants.exist()) {
            evictAll();
        } else if (entry.isCacheable()) {
            evictions.evict(entry.name());
        }
    }

    @Override
    public final void evictAll() {
        evictions.clear();
    }

    @Override
    public final String toString() {
        return getAccessType() + " access to " + strategy.items().store();
    }
}
