package io.github.hibernateredis;

import io.github.hibernateredis.access.RedisEntityDataAccess;
import io.github.hibernateredis.codec.Lazy;
import io.github.hibernateredis.codec.ReadableValues;
import io.github.hibernateredis.inspection.EntryDetails.Content;
import java.util.List;
import java.util.Set;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** The mapping of a session factory, as the inspector uses it: regions, keys and decoded values. Thread safe. */
final class InspectedFactory {

    private final SessionFactoryImplementor factory;
    private final RedisRegionFactory regions;
    private final Lazy<ReadableValues> values;

    /** A key and its region. */
    record Place(String region, String key) {}

    InspectedFactory(SessionFactoryImplementor factory, RedisRegionFactory regions, List<String> allowedClasses) {
        this.factory = factory;
        this.regions = regions;
        this.values = new Lazy<>(() -> new ReadableValues(factory, regions::qualify, allowedClasses));
    }

    String qualify(String region) {
        return regions.qualify(region);
    }

    Set<String> regions() {
        return regions.qualifiedRegions();
    }

    @Nullable
    Content content(String region, byte[] value) {
        ReadableValues.Readable readable = values.get().read(region, value);
        return readable == null ? null : new Content(readable.role(), readable.values());
    }

    /** @throws IllegalArgumentException if the class is not an entity that this provider caches */
    Place place(Class<?> entity, Object id) {
        EntityPersister persister = factory.getMappingMetamodel().findEntityDescriptor(entity);
        if (persister == null || !(persister.getCacheAccessStrategy() instanceof RedisEntityDataAccess access)) {
            throw new IllegalArgumentException(entity.getName() + " is not an entity that is cached in Redis");
        }
        EntityPersister root = factory.getMappingMetamodel().getEntityDescriptor(persister.getRootEntityName());
        return new Place(
                qualify(access.getRegion().getName()),
                access.generateCacheKey(id, root, factory, null).toString());
    }
}
