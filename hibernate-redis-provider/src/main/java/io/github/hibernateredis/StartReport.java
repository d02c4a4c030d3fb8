package io.github.hibernateredis;

import io.github.hibernateredis.config.ConnectionConfig;
import io.github.hibernateredis.config.OnForeignPrefix;
import io.github.hibernateredis.config.ProviderConfig;
import io.github.hibernateredis.config.RegionConfig;
import io.github.hibernateredis.region.CacheNode;
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
 * What is said and checked when a session factory has been created: what is on and why, settings for regions that there
 * are not, a bean that is not there, regions under the key prefix that hold the rows of another database. Thread safe.
 */
final class StartReport {

    private static final Logger LOG = Logger.getLogger("io.github.hibernateredis");

    /** For the answer to one question before the start; the connection has been waited for by then. */
    private static final Duration ANSWER_TIME = Duration.ofSeconds(3);

    private final ProviderConfig config;
    private final RedisClients clients;
    private final CacheNode node;
    private final Set<String> regionNames;
    private final boolean emptied;
    private final boolean chosen;
    private final PrefixOwner owner;
    private final Map<SessionFactoryImplementor, Set<String>> regionsOf = new ConcurrentHashMap<>();
    private final Map<String, String> nearRegions = new ConcurrentSkipListMap<>();
    private volatile boolean mayFindQueryRegions;

    /**
     * @param regionNames the names of all regions as they come to be
     * @param emptied whether regions are emptied before their first use
     * @param chosen whether a setting names the region factory
     */
    StartReport(
            ProviderConfig config,
            RedisClients clients,
            CacheNode node,
            Set<String> regionNames,
            boolean emptied,
            boolean chosen) {
        this.config = config;
        this.clients = clients;
        this.node = node;
        this.regionNames = regionNames;
        this.emptied = emptied;
        this.chosen = chosen;
        this.owner = new PrefixOwner(clients, config.keyPrefix());
    }

    /** The session factory has a region of that qualified name, which holds rows. */
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
            node.connect();
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

    /** A region of query results comes to be when a query first names it: until then a setting for it is no mistake. */
    private void tellOfUnusedSettings(boolean queryCache) {
        if (queryCache) {
            mayFindQueryRegions = true;
            config.unusedRegionSettings(regionNames)
                    .forEach(line -> LOG.info(line + ". It may be that of a query yet"));
        } else {
            config.unusedRegionSettings(regionNames).forEach(LOG::warn);
        }
    }

    void stopped() {
        if (mayFindQueryRegions) {
            config.unusedRegionSettings(regionNames)
                    .forEach(line -> LOG.warn(line + ". No query has named it until the end"));
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
                LOG.debug("Whose rows are cached under the key prefix could not be found out", failure);
            } else if (problem != null && emptied) {
                LOG.infof("%s. They are emptied now, as %s says", problem, RedisSettings.CLEAR_ON_START);
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
                    "Whose rows are cached under the key prefix %s cannot be found out before the start, as Redis does"
                            + " not answer. It is looked up when Redis is there",
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
                + " is used for two databases, so that rows of one are taken for rows of"
                + " the other. This one is " + database + "; "
                + String.join(" and ", new TreeSet<>(others.values())) + " is that of the regions " + regions
                + (others.size() > 5 ? ", ..." : "") + ". Set " + RedisSettings.KEY_PREFIX
                + " to a name of each application's own; if the database has moved, delete the key " + owner.key();
    }
}
