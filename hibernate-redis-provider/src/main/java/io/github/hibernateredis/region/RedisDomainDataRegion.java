package io.github.hibernateredis.region;

import io.github.hibernateredis.access.Items;
import io.github.hibernateredis.access.RedisCollectionDataAccess;
import io.github.hibernateredis.access.RedisEntityDataAccess;
import io.github.hibernateredis.access.RedisNaturalIdDataAccess;
import io.github.hibernateredis.access.Reloader;
import io.github.hibernateredis.access.Strategies;
import io.github.hibernateredis.access.Strategy;
import io.github.hibernateredis.access.Tenants;
import io.github.hibernateredis.codec.Codecs;
import io.github.hibernateredis.codec.EntryKeys;
import io.github.hibernateredis.codec.Lazy;
import io.github.hibernateredis.codec.ValueCodec;
import io.github.hibernateredis.config.OutagePolicy;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.OnceWarnings;
import io.github.hibernateredis.loading.LoadGate;
import io.github.hibernateredis.loading.ReloadThreads;
import io.github.hibernateredis.loading.Reloads;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.hibernate.cache.cfg.spi.CollectionDataCachingConfig;
import org.hibernate.cache.cfg.spi.DomainDataCachingConfig;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.cfg.spi.EntityDataCachingConfig;
import org.hibernate.cache.cfg.spi.NaturalIdDataCachingConfig;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.ExtendedStatisticsSupport;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cache.spi.access.CollectionDataAccess;
import org.hibernate.cache.spi.access.EntityDataAccess;
import org.hibernate.cache.spi.access.NaturalIdDataAccess;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.metamodel.model.domain.NavigableRole;
import org.hibernate.persister.entity.EntityPersister;
import org.jspecify.annotations.Nullable;

/** A region of entities, natural ids and collections. */
final class RedisDomainDataRegion implements DomainDataRegion, ExtendedStatisticsSupport {

    private final String name;
    private final RegionFactory factory;
    private final Supplier<Codecs> codecs;
    private final CacheListener events;
    private final OnceWarnings warnings;
    private final RegionState state;
    private final RegionConfig settings;
    private final SessionFactoryImplementor sessionFactory;
    private final Tenants tenants;
    private final @Nullable Reloader reloader;
    private final Map<NavigableRole, EntityDataAccess> entities = new HashMap<>();
    private final Map<NavigableRole, NaturalIdDataAccess> naturalIds = new HashMap<>();
    private final Map<NavigableRole, CollectionDataAccess> collections = new HashMap<>();

    RedisDomainDataRegion(
            DomainDataRegionConfig config,
            RegionFactory factory,
            Supplier<Codecs> codecs,
            CacheListener events,
            OnceWarnings warnings,
            RegionState state,
            RegionConfig settings,
            Supplier<ReloadThreads> reloadThreads,
            SessionFactoryImplementor sessionFactory) {
        this.name = config.getRegionName();
        this.factory = factory;
        this.codecs = codecs;
        this.events = events;
        this.warnings = warnings;
        this.state = state;
        this.settings = settings;
        this.sessionFactory = sessionFactory;
        this.tenants = new Tenants(sessionFactory);
        Reloads reloads = state.reloads();
        this.reloader = reloads == null ? null : new Reloader(reloads, reloadThreads.get(), sessionFactory);
        config.getEntityCaching().forEach(this::addEntity);
        config.getNaturalIdCaching().forEach(this::addNaturalId);
        config.getCollectionCaching().forEach(this::addCollection);
    }

    private void addEntity(EntityDataCachingConfig config) {
        String role = role(config);
        Strategy strategy = strategy(config, () -> codecs.get().entity(persister(role)), state.loads());
        EntryKeys keys = EntryKeys.forEntity(role, name);
        entities.put(
                config.getNavigableRole(),
                new RedisEntityDataAccess(this, strategy, state.locks(), state.evictions(), tenants, keys, role));
    }

    private void addNaturalId(NaturalIdDataCachingConfig config) {
        String role = role(config);
        // A load of a missing natural id puts nothing, so waiting sessions would not learn that it has ended.
        Strategy strategy = strategy(config, () -> codecs.get().naturalId(persister(role)), null);
        EntryKeys keys = EntryKeys.forNaturalId(role, name);
        naturalIds.put(
                config.getNavigableRole(),
                new RedisNaturalIdDataAccess(this, strategy, state.locks(), state.evictions(), tenants, keys, role));
    }

    private void addCollection(CollectionDataCachingConfig config) {
        String role = role(config);
        Strategy strategy = strategy(
                config,
                () -> codecs.get()
                        .collection(sessionFactory.getMappingMetamodel().getCollectionDescriptor(role)),
                state.loads());
        EntryKeys keys = EntryKeys.forCollection(role, name);
        collections.put(
                config.getNavigableRole(),
                new RedisCollectionDataAccess(this, strategy, state.locks(), state.evictions(), tenants, keys, role));
    }

    private static String role(DomainDataCachingConfig config) {
        return config.getNavigableRole().getFullPath();
    }

    private EntityPersister persister(String entityName) {
        return sessionFactory.getMappingMetamodel().getEntityDescriptor(entityName);
    }

    private Strategy strategy(DomainDataCachingConfig config, Supplier<ValueCodec> codec, @Nullable LoadGate loads) {
        settings.checkStaleTtl(name, role(config), config.getAccessType());
        Items items = new Items(state.store(), new Lazy<>(codec), settings, events, warnings::warn, loads, reloader);
        if (settings.outagePolicy() == OutagePolicy.CONSISTENT
                && config.getAccessType() == AccessType.NONSTRICT_READ_WRITE) {
            warnings.warn(role(config) + " is " + config.getAccessType()
                    + ", which takes no locks: outage_policy=consistent"
                    + " has no effect on it. Use READ_WRITE instead");
        }
        return Strategies.of(config.getAccessType(), items);
    }

    @Override
    public String getName() {
        return name;
    }

    @Override
    public RegionFactory getRegionFactory() {
        return factory;
    }

    @Override
    public EntityDataAccess getEntityDataAccess(NavigableRole rootEntityRole) {
        return configured(entities.get(rootEntityRole), "entity", rootEntityRole);
    }

    @Override
    public NaturalIdDataAccess getNaturalIdDataAccess(NavigableRole rootEntityRole) {
        return configured(naturalIds.get(rootEntityRole), "natural id of entity", rootEntityRole);
    }

    @Override
    public CollectionDataAccess getCollectionDataAccess(NavigableRole collectionRole) {
        return configured(collections.get(collectionRole), "collection", collectionRole);
    }

    private <T> T configured(@Nullable T access, String kind, NavigableRole role) {
        if (access == null) {
            throw new IllegalArgumentException("Region " + name + " caches no " + kind + " " + role.getFullPath());
        }
        return access;
    }

    @Override
    public void clear() {
        state.evictions().clear();
    }

    /** Does nothing: other instances use the entries in Redis. */
    @Override
    public void destroy() {}

    @Override
    public long getElementCountInMemory() {
        return state.size().items();
    }

    @Override
    public long getElementCountOnDisk() {
        return 0;
    }

    @Override
    public long getSizeInMemory() {
        return state.size().bytes();
    }

    @Override
    public String toString() {
        return "region " + name;
    }
}
