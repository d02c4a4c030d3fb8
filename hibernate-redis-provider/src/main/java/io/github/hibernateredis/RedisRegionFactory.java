package io.github.hibernateredis;

import io.github.hibernateredis.config.ClearOnStart;
import io.github.hibernateredis.config.ProviderConfig;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.config.RegionOverrides;
import io.github.hibernateredis.events.CacheCounters;
import io.github.hibernateredis.events.CacheEvents;
import io.github.hibernateredis.events.CacheListener;
import io.github.hibernateredis.events.CacheLog;
import io.github.hibernateredis.near.NearStores;
import io.github.hibernateredis.region.CacheInstance;
import io.github.hibernateredis.resilience.GuardedClient;
import io.github.hibernateredis.resilience.ResilientStores;
import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.redis.RedisStores;
import jakarta.persistence.EntityManagerFactory;
import jakarta.persistence.PersistenceException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.hibernate.boot.registry.classloading.spi.ClassLoaderService;
import org.hibernate.boot.registry.classloading.spi.ClassLoadingException;
import org.hibernate.boot.registry.selector.spi.StrategySelectionException;
import org.hibernate.boot.registry.selector.spi.StrategySelector;
import org.hibernate.boot.spi.SessionFactoryOptions;
import org.hibernate.cache.CacheException;
import org.hibernate.cache.cfg.spi.DomainDataRegionBuildingContext;
import org.hibernate.cache.cfg.spi.DomainDataRegionConfig;
import org.hibernate.cache.spi.CacheTransactionSynchronization;
import org.hibernate.cache.spi.DomainDataRegion;
import org.hibernate.cache.spi.QueryResultsRegion;
import org.hibernate.cache.spi.RegionFactory;
import org.hibernate.cache.spi.TimestampsRegion;
import org.hibernate.cache.spi.access.AccessType;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.service.ServiceRegistry;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Makes Redis the second-level cache of Hibernate ORM. Select it with
 * {@code hibernate.cache.region.factory_class=redis}. {@link RedisSettings} lists the settings.
 *
 * <p>Entities that are {@code @Cacheable} without a strategy use READ_WRITE. All four access types are supported.
 * TRANSACTIONAL is READ_WRITE with repeatable reads in every transaction.
 *
 * <p>A setting that is unknown or cannot be parsed stops the start with a {@link CacheException} that lists every
 * problem. Redis need not run at the start. After the start the cache fails open: a read that Redis does not answer is
 * a miss, and a loaded value is not stored. After a write that Redis did not confirm, this instance bypasses the region
 * until it has cleared it. The exception is {@link RedisSettings#OUTAGE_POLICY outage_policy=consistent}: such a write
 * fails with an {@link UnconfirmedWriteException}.
 *
 * <p>Thread safe after the start, as {@link RegionFactory} requires. One factory can serve several session factories.
 * It can be started again after it was stopped.
 *
 * @since 0.1.0
 */
public final class RedisRegionFactory implements RegionFactory {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    private transient volatile @Nullable Started started;

    private record Started(
            ProviderConfig config,
            RedisClients clients,
            ResilientStores stores,
            NearStores near,
            CacheInstance instance,
            @Nullable String regionPrefix,
            CacheEvents events,
            StatusListener status,
            CacheCounters counters,
            Set<String> regionNames,
            Map<String, Map<String, String>> regions,
            StartReport report,
            StartWarmup warmup) {}

    private final transient UnaryOperator<Stores> instrumentation;

    /** Called by the ORM, which creates the factory that its settings name. */
    public RedisRegionFactory() {
        this(UnaryOperator.identity());
    }

    /** @param instrumentation wraps the stores, below the decorators that make them resilient */
    RedisRegionFactory(UnaryOperator<Stores> instrumentation) {
        this.instrumentation = instrumentation;
    }

    @Override
    public synchronized void start(SessionFactoryOptions settings, Map<String, Object> configValues) {
        if (started != null) {
            return;
        }
        TimerThread.start();
        ClassLoaderService classes = settings.getServiceRegistry().requireService(ClassLoaderService.class);
        RedissonVersion.check(RedisRegionFactory.class.getClassLoader());
        ProviderConfig config =
                ProviderConfig.from(configValues, settings.getCacheRegionPrefix(), name -> isThere(name, classes));
        ServiceRegistry services = settings.getServiceRegistry();
        Object customizer = config.clientCustomizer();
        RedisClients clients = RedisClients.of(
                config.connection(),
                customizer == null
                        ? client -> {}
                        : strategy(RedisSettings.CLIENT_CUSTOMIZER, ClientCustomizer.class, customizer, services),
                config.timeout(),
                services);
        StatusListener status = new StatusListener(Clock.systemUTC(), RedisStores::describe);
        CacheCounters counters = new CacheCounters();
        CacheEvents events = new CacheEvents(List.of(new CacheLog(RedisStores::describe), counters, status));
        config.listeners()
                .forEach(given -> events.add(strategy(RedisSettings.LISTENER, CacheListener.class, given, services)));
        GuardedClient guard = new GuardedClient(config.timeout(), RedisStores::isAnswer, events, clients::afterReading);
        clients.onReceived(guard::heard);
        Stores redis = instrumentation.apply(new RedisStores(
                clients, clients::connect, clients.changes(), config.keyPrefix(), config.lockTimeout(), guard, events));
        boolean emptied = isEmptied(config.clearOnStart(), configValues);
        ResilientStores stores = new ResilientStores(redis, guard, events, emptied);
        NearStores near = new NearStores(
                stores,
                config.lockTimeout(),
                config.region(RegionFactory.DEFAULT_UPDATE_TIMESTAMPS_REGION_UNQUALIFIED_NAME, null)
                        .near()
                        .lease());
        events.add(near.listener());
        CacheInstance instance = new CacheInstance(
                near,
                events,
                config.allowedClasses(),
                config.lockTimeout(),
                config.loadWaiters(),
                config.reloadThreads(),
                qualify(
                        RegionFactory.DEFAULT_UPDATE_TIMESTAMPS_REGION_UNQUALIFIED_NAME,
                        settings.getCacheRegionPrefix()));
        Set<String> regionNames = ConcurrentHashMap.newKeySet();
        StartReport report = new StartReport(config, clients, instance, regionNames, emptied, isChosen(configValues));
        started = new Started(
                config,
                clients,
                stores,
                near,
                instance,
                settings.getCacheRegionPrefix(),
                events,
                status,
                counters,
                regionNames,
                new ConcurrentHashMap<>(),
                report,
                new StartWarmup(config.warmUp(), clients));
    }

    /** What a setting refers to: the object itself, or an instance of the class that it is or names. */
    private static <T> T strategy(String setting, Class<T> type, Object given, ServiceRegistry services) {
        Object reference = given instanceof CharSequence name ? name.toString().trim() : given;
        try {
            return Objects.requireNonNull(
                    services.requireService(StrategySelector.class).resolveStrategy(type, reference));
        } catch (StrategySelectionException | ClassCastException | NullPointerException e) {
            Object shown = reference instanceof String ? reference : "an object of " + reference.getClass();
            throw new CacheException(
                    setting + " = " + shown + ": expected a " + type.getName()
                            + ", or the name of a class that is one and has a constructor without parameters",
                    e);
        }
    }

    /**
     * Whether a setting selects this factory. Without one the ORM uses the only factory on the class path, and adds it
     * to the settings.
     */
    private boolean isChosen(Map<String, Object> settings) {
        Object setting = settings.get(AvailableSettings.CACHE_REGION_FACTORY);
        return setting != null && setting != this;
    }

    private static boolean isEmptied(ClearOnStart when, Map<String, Object> settings) {
        return switch (when) {
            case NEVER -> false;
            case CREATED -> SchemaCreation.isAskedFor(settings);
            case ALWAYS -> true;
        };
    }

    /** Called when a session factory has been created that uses this cache. */
    void created(SessionFactoryImplementor sessionFactory) {
        Started running = started;
        if (running != null) {
            running.report.created(sessionFactory);
            warnOfReferenceEntries(sessionFactory);
            LoadListeners.addWhereNeeded(sessionFactory);
            running.warmup.begin(sessionFactory);
        }
    }

    /** Called before such a session factory is closed. */
    void closing(SessionFactoryImplementor sessionFactory) {
        Started running = started;
        if (running != null) {
            running.warmup.end(sessionFactory);
            running.instance.closing(sessionFactory);
        }
    }

    private static boolean isThere(String className, ClassLoaderService classes) {
        try {
            classes.classForName(className);
            return true;
        } catch (ClassLoadingException e) {
            return false;
        }
    }

    /**
     * Stops every thread and connection of the provider. The entries in Redis stay, because other instances use them.
     */
    @Override
    public synchronized void stop() {
        Started running = started;
        started = null;
        if (running != null) {
            running.report.stopped();
            running.instance.close();
            running.clients.close();
        }
    }

    /**
     * Returns the region factory of a session factory.
     *
     * @param factory a session factory, or a wrapper of one
     * @return the region factory; empty if the session factory has no second-level cache, or another one
     */
    public static Optional<RedisRegionFactory> of(EntityManagerFactory factory) {
        SessionFactoryImplementor sessionFactory;
        try {
            sessionFactory = factory.unwrap(SessionFactoryImplementor.class);
        } catch (PersistenceException otherProvider) {
            return Optional.empty();
        }
        return sessionFactory.getServiceRegistry().getService(RegionFactory.class) instanceof RedisRegionFactory redis
                ? Optional.of(redis)
                : Optional.empty();
    }

    /**
     * Returns the current state of the cache. Reading it uses memory only: no request is sent to Redis.
     *
     * @throws CacheException if the factory is not started
     */
    public CacheStatus status() {
        Started running = running();
        return running.status.status(
                running.config.keyPrefix(),
                running.regions,
                running.stores.status(),
                running.counters.snapshot(),
                running.clients.problem());
    }

    /** Creates an inspector for the regions of a session factory, over its client. */
    static RedisCacheInspector inspector(EntityManagerFactory factory, RedisRegionFactory redis) {
        return redis.inspector(factory.unwrap(SessionFactoryImplementor.class));
    }

    private RedisCacheInspector inspector(SessionFactoryImplementor sessionFactory) {
        Started running = running();
        running.instance.connect();
        return new RedisCacheInspector(
                running.clients,
                running.config.keyPrefix(),
                new InspectedFactory(sessionFactory, this, running.config.allowedClasses()),
                () -> {});
    }

    /** The qualified names of the regions that have been created so far. */
    Set<String> qualifiedRegions() {
        return Set.copyOf(running().regions.keySet());
    }

    /**
     * Adds a listener for the events from now on, until the factory is stopped.
     *
     * @throws CacheException if the factory is not started
     * @see RedisSettings#LISTENER
     */
    public void addListener(CacheListener listener) {
        running().events.add(listener);
    }

    /**
     * Removes a listener that {@link #addListener} added. Does nothing for an unknown listener or a stopped factory.
     */
    public void removeListener(CacheListener listener) {
        Started running = started;
        if (running != null) {
            running.events.remove(listener);
        }
    }

    private Started running() {
        Started running = started;
        if (running == null) {
            throw new CacheException("The Redis region factory has not been started, or was stopped");
        }
        return running;
    }

    /** False: a put never replaces a live entry, and from ORM 7.4 on minimal puts would skip puts by version. */
    @Override
    public boolean isMinimalPutsEnabledByDefault() {
        return false;
    }

    @Override
    public AccessType getDefaultAccessType() {
        return AccessType.READ_WRITE;
    }

    @Override
    public String qualify(String regionName) {
        return qualify(regionName, running().regionPrefix);
    }

    private static String qualify(String regionName, @Nullable String prefix) {
        return prefix == null || prefix.isEmpty() || regionName.startsWith(prefix + ".")
                ? regionName
                : prefix + "." + regionName;
    }

    @Override
    public CacheTransactionSynchronization createTransactionContext(SharedSessionContractImplementor session) {
        return running().instance.openSession(session);
    }

    /** Microseconds of this instance's clock. The ORM's interface requires it; the provider orders nothing by it. */
    @Override
    public long nextTimestamp() {
        return System.currentTimeMillis() * 1000;
    }

    /** The lease of a lock, in the unit of {@link #nextTimestamp()}. */
    @Override
    public long getTimeout() {
        return running().config.lockTimeout().toMillis() * 1000;
    }

    @Override
    public DomainDataRegion buildDomainDataRegion(
            DomainDataRegionConfig regionConfig, DomainDataRegionBuildingContext buildingContext) {
        Started running = running();
        SessionFactoryImplementor sessionFactory = buildingContext.getSessionFactory();
        String name = regionConfig.getRegionName();
        RegionOverrides annotated = AnnotatedRegions.read(
                regionConfig, sessionFactory.getServiceRegistry().requireService(ClassLoaderService.class));
        RegionConfig region = region(running, name, annotated);
        running.report.used(sessionFactory, qualify(name), region);
        return running.instance.domainDataRegion(regionConfig, qualify(name), region, this, sessionFactory);
    }

    @Override
    public QueryResultsRegion buildQueryResultsRegion(String regionName, SessionFactoryImplementor sessionFactory) {
        Started running = running();
        RegionConfig region = region(running, regionName, null);
        running.report.used(sessionFactory, qualify(regionName), region);
        if (region.near().on()) {
            running.near.keepTables();
        }
        return running.instance.queryResultsRegion(regionName, qualify(regionName), region, this, sessionFactory);
    }

    @Override
    public TimestampsRegion buildTimestampsRegion(String regionName, SessionFactoryImplementor sessionFactory) {
        Started running = running();
        running.regionNames.add(regionName);
        if (running.config.region(regionName, null).near().on()) {
            running.near.keepTables();
        }
        return running.instance.timestampsRegion(
                regionName,
                qualify(regionName),
                running.config.region(regionName, null).outagePolicy(),
                this);
    }

    private RegionConfig region(Started running, String regionName, @Nullable RegionOverrides annotated) {
        running.regionNames.add(regionName);
        RegionConfig region = running.config.region(regionName, annotated);
        running.regions.put(qualify(regionName), region.asText());
        return region;
    }

    private static void warnOfReferenceEntries(SessionFactoryImplementor sessionFactory) {
        sessionFactory.getMappingMetamodel().forEachEntityDescriptor(entity -> {
            if (entity.canWriteToCache() && entity.canUseReferenceCacheEntries()) {
                LOG.warnf(
                        "Entity %s is not cached: with %s the ORM caches a reference to the live object, which cannot"
                                + " leave this instance. Set it to false to cache the entity",
                        entity.getEntityName(), AvailableSettings.USE_DIRECT_REFERENCE_CACHE_ENTRIES);
            }
        });
    }
}
