package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.codec.EntryKeys;
import io.github.hibernateredis.readahead.CollectionReadPredictor;
import io.github.hibernateredis.readahead.ReadAheadSource;
import io.github.hibernateredis.session.LoadPolicy;
import io.github.hibernateredis.session.RegionLocks;
import io.github.hibernateredis.session.SessionContext;
import java.util.List;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.collection.spi.PersistentCollection;
import org.hibernate.engine.spi.CollectionKey;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.jspecify.annotations.Nullable;

/** The ORM's access to the collections of one role. Thread safe. */
public final class RedisCollectionDataAccess extends DomainDataAccess implements CollectionDataAccess {

    private final EntryKeys keys;
    private final String role;
    private final CollectionReadPredictor predictor = new CollectionReadPredictor();
    private volatile @Nullable References references;

    /** Creates the access to the collections of a role, stored under these keys. */
    public RedisCollectionDataAccess(
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

    /** Whether sessions that find an owner usually read this collection next. */
    boolean isUsuallyRead() {
        return predictor.isUsual();
    }

    /** The session has found the owner, and may read the collection next. */
    void ownerFound(SessionContext context, Object id) {
        predictor.ownerFound();
        context.ahead().expect(this, id);
    }

    @Override
    public @Nullable Object get(SharedSessionContractImplementor session, Object key) {
        SessionContext context = SessionContext.of(session);
        EntryKey entry = (EntryKey) key;
        if (context.ahead().takeExpected(this, entry.id())) {
            predictor.followed();
        }
        return read(context, entry);
    }

    /** Those are not reloaded whose key is not the identifier of their owner. */
    @Override
    Reloader.@Nullable Load reload(SessionContext context, EntryKey key) {
        CollectionPersister persister =
                context.session().getFactory().getMappingMetamodel().getCollectionDescriptor(role);
        return persister
                        .getAttributeMapping()
                        .getKeyDescriptor()
                        .getTargetPart()
                        .isEntityIdentifierMapping()
                ? session -> initialize(session, persister, key.id())
                : null;
    }

    private static boolean initialize(
            SharedSessionContractImplementor session, CollectionPersister persister, Object owner) {
        if (session.immediateLoad(persister.getOwnerEntityPersister().getEntityName(), owner) == null) {
            return false;
        }
        PersistentCollection<?> collection =
                session.getPersistenceContextInternal().getCollection(new CollectionKey(persister, owner));
        if (collection != null) {
            collection.forceInitialization();
        }
        return true;
    }

    @Override
    void lookAhead(SessionContext context, List<ReadAheadSource.Found> found, long askedAt) {
        SharedSessionContractImplementor session = context.session();
        References known = references;
        if (known == null) {
            known = References.of(session.getFactory().getMappingMetamodel().getCollectionDescriptor(role), session);
            references = known;
        }
        References.Collector collector = new References.Collector(session);
        for (ReadAheadSource.Found item : found) {
            if (item.value() instanceof CollectionCacheEntry collection) {
                collector.add(known, item.key(), collection);
            }
        }
        collector.readAhead(context);
    }

    public EntryKey key(Object id, CollectionPersister persister, SharedSessionContractImplementor session) {
        return key(id, persister, session.getFactory(), session.getTenantIdentifier());
    }

    @Override
    public Object generateCacheKey(
            Object id,
            CollectionPersister collectionDescriptor,
            SessionFactoryImplementor factory,
            @Nullable String tenantIdentifier) {
        return key(id, collectionDescriptor, factory, tenantIdentifier);
    }

    private EntryKey key(
            Object id,
            CollectionPersister collectionDescriptor,
            SessionFactoryImplementor factory,
            @Nullable String tenantIdentifier) {
        return key(
                id,
                () -> keys.collection(
                        id,
                        collectionDescriptor,
                        factory,
                        tenant(tenantIdentifier, collectionDescriptor.getOwnerEntityPersister())));
    }

    @Override
    public Object getCacheKeyId(Object cacheKey) {
        return ((EntryKey) cacheKey).id();
    }

    @Override
    LoadPolicy.Kind loadKind() {
        return LoadPolicy.Kind.COLLECTION;
    }
}
