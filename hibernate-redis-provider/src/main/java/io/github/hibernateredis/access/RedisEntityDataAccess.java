package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.AbsentRow;
import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.EntryKeys;
import io.github.hibernateredis.readahead.ReadAheadSource;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.session.SessionContext;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.hibernate.StatelessSession;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.SoftLock;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The ORM's access to the entities of one hierarchy. Thread safe. */
public final class RedisEntityDataAccess extends DomainDataAccess implements EntityDataAccess, CachedEntities {

    private final EntryKeys keys;
    private final String role;
    private volatile @Nullable EntityPersister root;
    private volatile @Nullable List<OwnedCollection> collections;
    private final Map<String, References> references = new ConcurrentHashMap<>();

    /**
     * A cached collection of entities of the hierarchy. A collection whose key is not its owner's identifier is never
     * counted as read after its owner, and so never read ahead.
     */
    private record OwnedCollection(CollectionPersister persister, RedisCollectionDataAccess access) {

        /** Requests the collections of the owners, if sessions usually read them after their owners. */
        void readEarly(SessionContext context, List<EntryKey> owners, long notBefore) {
            if (isReadEarly()) {
                context.ahead()
                        .sendEarly(
                                access.source(context),
                                owners.stream()
                                        .map(owner -> key(context, owner))
                                        .toList(),
                                notBefore);
            }
        }

        void forget(SessionContext context, EntryKey owner) {
            if (isReadEarly()) {
                context.ahead().forget(access.item(key(context, owner)));
            }
        }

        /**
         * Whether reading ahead is useful and safe. An unversioned collection that the owner maintains is written back
         * as a whole. An entry that was read early may be older than a lock that the application takes in a way that
         * the cache does not see.
         */
        private boolean isReadEarly() {
            return access.isUsuallyRead()
                    && (persister.isInverse()
                            || !persister.isMutable()
                            || access.getAccessType() == AccessType.READ_ONLY
                            || persister.isVersioned()
                                    && persister.getOwnerEntityPersister().isVersioned());
        }

        private EntryKey key(SessionContext context, EntryKey owner) {
            return access.key(owner.id(), persister, context.session());
        }
    }

    /** Creates the access to the entities of a hierarchy, given its root's name, stored under these keys. */
    public RedisEntityDataAccess(
            DomainDataRegion region,
            Strategy strategy,
            RegionLocks regionLocks,
            Evictions evictions,
            Tenants tenants,
            EntryKeys keys,
            String role) {
        super(region, strategy, regionLocks, evictions, tenants);
        this.keys = keys;
        this.role = role;
    }

    /** Whether the results of loads and inserts of these entities are needed. */
    public boolean needsLoads() {
        return strategy.items().settings().features().needLoads();
    }

    /** Whether the region remembers which rows do not exist. */
    public boolean remembersAbsentRows() {
        return strategy.items().remembersAbsentRows();
    }

    @Override
    public EntryKey key(Object id, EntityPersister persister, SharedSessionContractImplementor session) {
        return key(
                id,
                () -> keys.entity(
                        id, persister, session.getFactory(), tenant(session.getTenantIdentifier(), persister)));
    }

    /**
     * Reads ahead the entities with these identifiers that the session does not have. They are requested together, and
     * the reply answers the session's later lookups one by one. Does not wait.
     */
    public void readAhead(SharedSessionContractImplementor session, Collection<?> ids) {
        EntityPersister persister = root(session);
        List<EntryKey> wanted = new ArrayList<>();
        for (Object id : ids) {
            if (!session.getPersistenceContextInternal().containsEntity(session.generateEntityKey(id, persister))) {
                wanted.add(key(id, persister, session));
            }
        }
        SessionContext context = SessionContext.of(session);
        context.ahead().send(source(context), wanted);
    }

    @Override
    public @Nullable Object get(SharedSessionContractImplementor session, Object key) {
        SessionContext context = SessionContext.of(session);
        EntryKey entry = (EntryKey) key;
        List<Object> likes = context.ahead().rowsLike(source(context), entry, this);
        if (likes.size() > 1) {
            readAhead(session, likes);
        }
        Object value = read(context, entry);
        boolean absent = value == AbsentRow.INSTANCE;
        if (absent) {
            value = null;
        }
        if (strategy.items().remembersAbsentRows()) {
            context.loads().foundAbsent(absent ? item(entry) : null);
        }
        if (value == null) {
            forgetCompanions(context, entry); // the session may load newer rows instead
        }
        if (value != null && root(session).hasNaturalIdCache()) {
            context.naturalIds().entityHit(role, entry.id());
        }
        return value;
    }

    @Override
    Reloader.Load reload(SessionContext context, EntryKey key) {
        return session -> session.immediateLoad(role, key.id()) != null;
    }

    /**
     * Loads a row from the database, unless the cache has just reported that it does not exist. If the load finds none,
     * this is remembered.
     *
     * @param hasAsked whether the ORM has looked in the cache, if it does so at all
     */
    @Nullable
    Object load(
            SharedSessionContractImplementor session,
            Object id,
            EntityPersister persister,
            boolean hasAsked,
            Supplier<@Nullable Object> database) {
        SessionContext context = SessionContext.of(session);
        boolean remembers = strategy.items().remembersAbsentRows();
        boolean reads = hasAsked
                && persister.canReadFromCache()
                && session.getCacheMode().isGetEnabled();
        if (!remembers && !context.loads().isAwaited()) {
            return database.get();
        }
        EntryKey key = key(id, persister, session);
        if (context.loads().takeAbsent(item(key)) && reads) {
            return null;
        }
        Object row = null;
        try {
            row = database.get();
            if (row == null && remembers && hasAsked && isAbsentForAll(context, key, persister)) {
                strategy.putAbsent(context, key);
            }
        } finally {
            if (row == null) {
                context.loads().end(item(key));
            }
        }
        return row;
    }

    /**
     * Whether a row that the session does not find does not exist at all: it may be of another type, or be filtered.
     */
    private boolean isAbsentForAll(SessionContext context, EntryKey key, EntityPersister persister) {
        SharedSessionContractImplementor session = context.session();
        return persister.canWriteToCache()
                && session.getCacheMode().isPutEnabled()
                && persister.getEntityName().equals(role)
                && strategy(context, key) == strategy
                && session.getLoadQueryInfluencers().getEnabledFilterNames().stream()
                        .allMatch(Tenants.FILTER::equals);
    }

    /** A row has been inserted; the transaction is in progress. */
    void inserted(SharedSessionContractImplementor session, Object id, EntityPersister persister) {
        if (strategy.items().remembersAbsentRows()) {
            SessionContext context = SessionContext.of(session);
            EntryKey key = key(id, persister, session);
            Strategy mine = strategy(context, key);
            if (mine == strategy) {
                context.writes().lockInserted(item(key), strategy.items().mustLock());
            } else {
                mine.lock(context, key);
            }
        }
    }

    @Override
    void readCompanions(SessionContext context, EntryKey key, long askedAt) {
        collections(context.session()).forEach(collection -> collection.readEarly(context, List.of(key), askedAt));
    }

    @Override
    void forgetCompanions(SessionContext context, EntryKey key) {
        collections(context.session()).forEach(collection -> collection.forget(context, key));
    }

    @Override
    void lookAhead(SessionContext context, List<ReadAheadSource.Found> found, long askedAt) {
        SharedSessionContractImplementor session = context.session();
        References.Collector collector = new References.Collector(session);
        for (ReadAheadSource.Found item : found) {
            if (item.value() instanceof CacheEntry entity) {
                collector.add(references(entity.getSubclass(), session), item.key(), entity);
            }
        }
        collector.readAhead(context);
        List<OwnedCollection> collections = collections(session);
        if (collections.isEmpty()) {
            return;
        }
        List<EntryKey> owners = new ArrayList<>(found.size());
        for (ReadAheadSource.Found item : found) {
            if (item.value() != AbsentRow.INSTANCE) {
                owners.add(item.key());
            }
        }
        for (OwnedCollection collection : collections) {
            owners.forEach(owner -> collection.access().ownerFound(context, owner.id()));
            collection.readEarly(context, owners, askedAt);
        }
    }

    private List<OwnedCollection> collections(SharedSessionContractImplementor session) {
        List<OwnedCollection> known = collections;
        if (known == null) {
            List<OwnedCollection> found = new ArrayList<>();
            session.getFactory().getMappingMetamodel().forEachCollectionDescriptor(persister -> {
                if (role.equals(persister.getOwnerEntityPersister().getRootEntityName())
                        && persister.getCacheAccessStrategy() instanceof RedisCollectionDataAccess access) {
                    found.add(new OwnedCollection(persister, access));
                }
            });
            known = List.copyOf(found);
            collections = known;
        }
        return known;
    }

    private EntityPersister root(SharedSessionContractImplementor session) {
        EntityPersister known = root;
        if (known == null) {
            known = session.getFactory().getMappingMetamodel().getEntityDescriptor(role);
            root = known;
        }
        return known;
    }

    private References references(String entityName, SharedSessionContractImplementor session) {
        References known = references.get(entityName);
        if (known == null) {
            known = References.of(session.getFactory().getMappingMetamodel().getEntityDescriptor(entityName), session);
            references.put(entityName, known);
        }
        return known;
    }

    @Override
    public Object generateCacheKey(
            Object id,
            EntityPersister rootEntityDescriptor,
            SessionFactoryImplementor factory,
            @Nullable String tenantIdentifier) {
        return key(
                id,
                () -> keys.entity(id, rootEntityDescriptor, factory, tenant(tenantIdentifier, rootEntityDescriptor)));
    }

    @Override
    public Object getCacheKeyId(Object cacheKey) {
        return ((EntryKey) cacheKey).id();
    }

    /** Always false: nothing is stored before the commit. */
    @Override
    public boolean insert(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable Object version) {
        SessionContext context = SessionContext.of(session);
        strategy(context, key).insert(context, (EntryKey) key);
        wrote(context, (EntryKey) key);
        return false;
    }

    @Override
    public boolean afterInsert(
            SharedSessionContractImplementor session, Object key, Object value, @Nullable Object version) {
        SessionContext context = SessionContext.of(session);
        return strategy(context, key).afterInsert(context, (EntryKey) key, committed(context, (EntryKey) key, value));
    }

    /** Always false: nothing is stored before the commit. */
    @Override
    public boolean update(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            @Nullable Object currentVersion,
            @Nullable Object previousVersion) {
        strategy.update();
        wrote(SessionContext.of(session), (EntryKey) key);
        return false;
    }

    @Override
    public boolean afterUpdate(
            SharedSessionContractImplementor session,
            Object key,
            Object value,
            @Nullable Object currentVersion,
            @Nullable Object previousVersion,
            @Nullable SoftLock lock) {
        SessionContext context = SessionContext.of(session);
        return strategy(context, key)
                .afterUpdate(context, (EntryKey) key, committed(context, (EntryKey) key, value), lock);
    }

    private void wrote(SessionContext context, EntryKey key) {
        context.writes().wrote(item(key), root(context.session()), key.id());
    }

    /** The value, if it is certainly the committed one; otherwise null. */
    private @Nullable Object committed(SessionContext context, EntryKey key, Object value) {
        return context.writes().stillManagesWritten(item(key), root(context.session()), key.id()) ? value : null;
    }

    /**
     * The ORM (7.0 to 8.0) does not report the writes of a stateless session to the natural-id cache. 6.6 does not even
     * report them to this one. So the ids of all natural ids are uncertain until the transaction ends.
     */
    @Override
    void beforeWrite(SessionContext context) {
        RedisNaturalIdDataAccess naturalIds = unheardNaturalIds(context);
        if (naturalIds != null) {
            context.writes().writeUnderAllKeys(naturalIds.regionLocks());
        }
    }

    @Override
    void afterWrite(SessionContext context) {
        RedisNaturalIdDataAccess naturalIds = unheardNaturalIds(context);
        if (naturalIds != null) {
            context.writes().writtenUnderAllKeys(naturalIds.regionLocks());
        }
    }

    private @Nullable RedisNaturalIdDataAccess unheardNaturalIds(SessionContext context) {
        EntityPersister persister = context.session() instanceof StatelessSession ? root(context.session()) : null;
        return persister != null
                        && persister.hasNaturalIdCache()
                        && persister.getNaturalIdMapping().getCacheAccess()
                                instanceof RedisNaturalIdDataAccess naturalIds
                ? naturalIds
                : null;
    }
}
