package io.github.hibernateredis;

import io.github.hibernateredis.config.ConnectionConfig;
import io.github.hibernateredis.config.OnForeignPrefix;
import io.github.hibernateredis.config.ProviderConfig;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.region.CacheInstance;
import io.github.hibernateredis.store.redis.PrefixOwner;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.hibernate.cache.CacheException;
import org.hibernate.cfg.AvailableSettings;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The checks and log lines after a session factory has been created: what is cached and why, settings for regions that
 * do not exist, a missing bean, and regions under the key prefix with rows of another database. Thread safe.
 */
final class StartReport {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /** The time limit for the one request before the start ends; the wait for the connection is over by then. */
    private static final Duration ANSWER_TIME = Duration.ofSeconds(3);

    private final ProviderConfig config;
    private final RedisClients clients;
    private final CacheInstance instance;
    private final Set<String> regionNames;
    private final boolean emptied;
    private final boolean chosen;
    private final PrefixOwner owner;
    private final Map<SessionFactoryImplementor, Set<String>> regionsOf = new ConcurrentHashMap<>();
    private final Map<String, String> nearRegions = new ConcurrentSkipListMap<>();
    private volatile boolean mayFindQueryRegions;

    /**
     * @param regionNames the names of all regions, added as regions are created
     * @param emptied whether regions are cleared before their first use
     * @param chosen whether a setting selects the region factory
     */
    StartReport(
            ProviderConfig config,
            RedisClients clients,
            CacheInstance instance,
            Set<String> regionNames,
            boolean emptied,
            boolean chosen) {
        this.config = config;
        this.clients = clients;
        this.instance = instance;
        this.regionNames = regionNames;
        this.emptied = emptied;
        this.chosen = chosen;
        this.owner = new PrefixOwner(clients, config.keyPrefix());
    }

    /** Notes that the session factory has a region of that qualified name, which holds rows. */
    void used(SessionFactoryImplementor sessionFactory, String region, RegionConfig settings) {
        regionsOf
                .computeIfAbsent(sessionFactory, key -> ConcurrentHashMap.newKeySet())
                .add(region);
        if (settings.near().on()) {
            nearRegions.put(region, settings.asText().getOrDefault("near_lease", ""));
        }
    }

    void created(SessionFactoryImplementor sessionFactory) {
        Set<String> regions = new TreeSet<>(regionsOf.getOrDefault(sessionFactory, Set.of()));
        LOG.infof(
                "Redis is the second-level cache, chosen %s: %s",
                chosen
                        ? "by " + AvailableSettings.CACHE_REGION_FACTORY
                        : "as the only region factory on the class path (" + AvailableSettings.USE_SECOND_LEVEL_CACHE
                                + "=false switches it off)",
                regions.isEmpty()
                        ? "nothing is cached, as no entity, collection, natural id or query asks for it, and"
                                + " no connection is made"
                        : count(regions) + " at " + server(config.connection()) + ", key prefix " + config.keyPrefix());
        tellOfNearCaches(regions);
        tellOfUnusedSettings(sessionFactory.getSessionFactoryOptions().isQueryCacheEnabled());
        if (regions.isEmpty()) {
            return;
        }
        clients.lookUp();
        if (emptied || config.onForeignPrefix() == OnForeignPrefix.FAIL) {
            instance.connect();
        }
        String database = config.onForeignPrefix() == OnForeignPrefix.IGNORE ? null : DatabaseName.of(sessionFactory);
        if (database != null) {
            compare(database, regions);
        }
    }

    private void tellOfNearCaches(Set<String> regions) {
        String near = nearRegions.entrySet().stream()
                .filter(each -> regions.contains(each.getKey()))
                .map(each -> each.getKey() + " (at most " + each.getValue() + " old)")
                .collect(Collectors.joining(", "));
        if (!near.isEmpty()) {
            LOG.infof("Near caches keep values in this process: %s", near);
        }
    }

    private static String count(Set<String> regions) {
        return regions.size() == 1 ? "1 region" : regions.size() + " regions";
    }

    private static String server(ConnectionConfig connection) {
        if (connection instanceof ConnectionConfig.Urls urls) {
            return urls.urls().stream().map(url -> url.withoutLogin().address()).collect(Collectors.joining(","));
        }
        return connection instanceof ConnectionConfig.YamlFile
                ? "the servers of " + RedisSettings.CONFIG
                : "the servers of " + RedisSettings.CLIENT;
    }

    /**
     * A region of query results is created when a query first names it. Until then a setting for it is not a mistake.
     */
    private void tellOfUnusedSettings(boolean queryCache) {
        if (queryCache) {
            mayFindQueryRegions = true;
            config.unusedRegionSettings(regionNames).forEach(line -> LOG.info(line + ". A query may create it later"));
        } else {
            config.unusedRegionSettings(regionNames).forEach(LOG::warn);
        }
    }

    void stopped() {
        if (mayFindQueryRegions) {
            config.unusedRegionSettings(regionNames)
                    .forEach(line -> LOG.warn(
                            line + ". No query has used it until the cache was closed: correct or remove the setting"));
        }
    }

    private void compare(String database, Set<String> regions) {
        CompletableFuture<SortedMap<String, String>> others =
                clients.connected().thenCompose(client -> owner.claim(database, regions, emptied));
        if (config.onForeignPrefix() == OnForeignPrefix.FAIL) {
            String problem = problem(database, answer(others));
            if (problem != null && !emptied) {
                throw new CacheException(problem + ". " + RedisSettings.ON_FOREIGN_PREFIX + " = fail stops the start");
            }
        }
        others.whenComplete((found, failure) -> {
            String problem = found == null ? null : problem(database, found);
            if (failure != null) {
                LOG.debug("The database of the rows under the key prefix could not be read", failure);
            } else if (problem != null && emptied) {
                LOG.infof("%s. The regions are cleared now, as %s requires", problem, RedisSettings.CLEAR_ON_START);
            } else if (problem != null) {
                LOG.warn(problem);
            }
        });
    }

    private SortedMap<String, String> answer(CompletableFuture<SortedMap<String, String>> others) {
        try {
            return others.get(ANSWER_TIME.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException | TimeoutException e) {
            LOG.warnf(
                    "Redis does not answer: before the start it cannot be checked which database the rows under the key"
                            + " prefix %s are from. The check runs when Redis answers",
                    config.keyPrefix());
        }
        return new TreeMap<>();
    }

    private @Nullable String problem(String database, SortedMap<String, String> others) {
        if (others.isEmpty()) {
            return null;
        }
        String regions = others.keySet().stream().limit(5).collect(Collectors.joining(", "));
        return "The key prefix " + config.keyPrefix()
                + " is used for two databases, so an instance can read rows of the wrong"
                + " database. This instance uses " + database + "; the"
                + " regions " + regions + (others.size() > 5 ? ", ..." : "") + " contain rows of "
                + String.join(" and ", new TreeSet<>(others.values())) + ". Set " + RedisSettings.KEY_PREFIX
                + " to a different value for each application; if the database has moved, delete the key"
                + " " + owner.key();
    }
}
