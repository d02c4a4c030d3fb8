package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.CollectionTypes;
import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.session.SessionContext;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import org.hibernate.bytecode.enhance.spi.LazyPropertyInitializer;
import org.hibernate.cache.spi.entry.CacheEntry;
import org.hibernate.cache.spi.entry.CollectionCacheEntry;
import org.hibernate.engine.FetchTiming;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.collection.CollectionPersister;
import org.hibernate.persister.entity.EntityPersister;
import org.hibernate.type.CompositeType;
import org.hibernate.type.EntityType;
import org.hibernate.type.Type;
import org.jspecify.annotations.Nullable;

/**
 * The cached entities that the ORM loads right after it has read an entry: the elements of a collection, and the eager
 * references of an entity. Immutable.
 */
final class References {

    /**
     * A place in an entry's state that refers to an entity.
     *
     * @param position the position in the state, or in each group of values that repeats in it; -1 if the entity has
     *     the owner's identifier
     */
    private record Reference(int position, Type idType, EntityPersister persister, CachedEntities access) {

        private static @Nullable Reference of(int position, Type type, SharedSessionContractImplementor session) {
            if (!(type instanceof EntityType association) || !association.isReferenceToPrimaryKey()) {
                return null;
            }
            EntityPersister persister = session.getFactory()
                    .getMappingMetamodel()
                    .getEntityDescriptor(association.getAssociatedEntityName());
            return !holdsAssociation(persister.getIdentifierType())
                            && persister.canReadFromCache()
                            && persister.getCacheAccessStrategy() instanceof CachedEntities access
                    ? new Reference(
                            association.isOneToOne() ? -1 : position, persister.getIdentifierType(), persister, access)
                    : null;
        }

        /** Assembling such an identifier loads the entity that it refers to. */
        private static boolean holdsAssociation(Type idType) {
            return idType instanceof CompositeType composite
                    ? Stream.of(composite.getSubtypes()).anyMatch(Reference::holdsAssociation)
                    : idType.isAssociationType();
        }

        void collect(
                @Nullable Object named,
                SharedSessionContractImplementor session,
                BiConsumer<CachedEntities, EntryKey> collector) {
            if (named == LazyPropertyInitializer.UNFETCHED_PROPERTY) {
                return;
            }
            Object id = position >= 0 && named instanceof Serializable disassembled
                    ? idType.assemble(disassembled, session, null)
                    : named;
            if (id != null
                    && !session.getPersistenceContextInternal()
                            .containsEntity(session.generateEntityKey(id, persister))) {
                collector.accept(access, access.key(id, persister, session));
            }
        }
    }

    private final List<Reference> references;
    private final int groupSize;

    private References(List<Reference> references, int groupSize) {
        this.references = references;
        this.groupSize = groupSize;
    }

    static References of(EntityPersister persister, SharedSessionContractImplementor session) {
        Type[] types = persister.getPropertyTypes();
        boolean[] lazy = persister.getPropertyLaziness();
        List<Reference> references = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            Reference reference = lazy[i] ? null : Reference.of(i, types[i], session);
            if (reference != null
                    && persister.getAttributeMapping(i).getMappedFetchOptions().getTiming() == FetchTiming.IMMEDIATE) {
                references.add(reference);
            }
        }
        return new References(references, types.length);
    }

    static References of(CollectionPersister persister, SharedSessionContractImplementor session) {
        Type[] layout = CollectionTypes.layout(persister);
        List<Reference> references = new ArrayList<>();
        for (int i = 0; i < layout.length; i++) {
            Reference reference = Reference.of(i, layout[i], session);
            if (reference != null) {
                references.add(reference);
            }
        }
        return new References(references, layout.length);
    }

    private void collect(
            Serializable[] state,
            Object ownerId,
            SharedSessionContractImplementor session,
            BiConsumer<CachedEntities, EntryKey> collector) {
        for (Reference reference : references) {
            if (reference.position < 0) {
                reference.collect(ownerId, session, collector);
            } else {
                for (int i = reference.position; i < state.length; i += groupSize) {
                    reference.collect(state[i], session, collector);
                }
            }
        }
    }

    /** The references of a batch of entries, by region. */
    static final class Collector implements BiConsumer<CachedEntities, EntryKey> {

        private final SharedSessionContractImplementor session;
        private final Map<CachedEntities, List<EntryKey>> keys = new HashMap<>();

        Collector(SharedSessionContractImplementor session) {
            this.session = session;
        }

        @Override
        public void accept(CachedEntities access, EntryKey key) {
            keys.computeIfAbsent(access, a -> new ArrayList<>()).add(key);
        }

        void add(References references, EntryKey owner, CacheEntry entity) {
            references.collect(entity.getDisassembledState(), owner.id(), session, this);
        }

        void add(References references, EntryKey owner, CollectionCacheEntry collection) {
            references.collect(collection.getState(), owner.id(), session, this);
        }

        void readAhead(SessionContext context) {
            keys.forEach((access, wanted) -> context.ahead().send(access.source(context), wanted));
        }
    }
}
