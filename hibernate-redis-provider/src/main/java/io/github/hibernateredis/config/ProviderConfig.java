package io.github.hibernateredis.config;

import io.github.hibernateredis.RedisSettings;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.hibernate.cfg.AvailableSettings;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of the provider: read once, immutable, shared by all threads.
 *
 * @param connection how to connect
 * @param clientCustomizer what changes the configuration of a client made of URLs: the object, its class, or the name of that;
 *     null for nothing
 * @param keyPrefix the first part of every Redis key, without the colon behind it
 * @param onForeignPrefix what is done when regions hold the rows of another database
 * @param clearOnStart when regions are emptied before their first use
 * @param warmUp the names of the entities that are loaded after the start
 * @param timeout the timeout of one cache operation
 * @param lockTimeout the life of a soft lock whose owner died, at least three times the timeout
 * @param loadWaiters how many threads that hold a JDBC connection may wait at a time for what others load
 * @param reloadThreads how many entries a session factory reloads at a time in the background
 * @param allowedClasses further classes that values may hold: names of classes, or {@code package.*}
 * @param listeners who is told of events: listeners, their classes, or the names of those
 * @param defaults the configuration of a region for which nothing else is set
 * @param regionSettings what is set for single regions, by the regions' names as they were written
 * @param regionPrefix the ORM's {@code hibernate.cache.region_prefix}; null if there is none
 */
public record ProviderConfig(
        ConnectionConfig connection,
        @Nullable Object clientCustomizer,
        String keyPrefix,
        OnForeignPrefix onForeignPrefix,
        ClearOnStart clearOnStart,
        List<String> warmUp,
        Duration timeout,
        Duration lockTimeout,
        int loadWaiters,
        int reloadThreads,
        List<String> allowedClasses,
        List<Object> listeners,
        RegionConfig defaults,
        Map<String, RegionOverrides> regionSettings,
        @Nullable String regionPrefix) {

    private static final String DEFAULT_KEY_PREFIX = "hibernate";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(250);
    private static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(60);

    /** Half of the smallest pool in use: HikariCP and Agroal have ten connections and more unless they are told otherwise. */
    private static final int DEFAULT_LOAD_WAITERS = 5;

    /** Each holds a JDBC connection while it reloads. */
    private static final int DEFAULT_RELOAD_THREADS = 2;

    /** A transaction renews each lock of which a third of the life has gone, and waits for that. */
    private static final int TIMEOUTS_IN_LOCK_TIMEOUT = 3;

    /** Copies the collections. */
    public ProviderConfig {
        warmUp = List.copyOf(warmUp);
        allowedClasses = List.copyOf(allowedClasses);
        listeners = List.copyOf(listeners);
        regionSettings = Map.copyOf(regionSettings);
    }

    /**
     * Reads the settings, {@code hibernate.cache.region_prefix} among them. Classes are not looked for.
     *
     * @param settings the ORM's settings; what does not begin with {@link RedisSettings#PREFIX} is left to others
     * @return the configuration
     * @throws ConfigException if anything is wrong; it lists all that is
     */
    public static ProviderConfig from(Map<String, Object> settings) {
        Object regionPrefix = settings.get(AvailableSettings.CACHE_REGION_PREFIX);
        return from(settings, regionPrefix == null ? null : regionPrefix.toString(), name -> true);
    }

    static ProviderConfig from(Map<String, Object> settings, @Nullable String regionPrefix) {
        return from(settings, regionPrefix, name -> true);
    }

    /**
     * Reads the settings, where the region prefix is known from elsewhere, such as {@code SessionFactoryOptions}.
     *
     * @param settings the ORM's settings; what does not begin with {@link RedisSettings#PREFIX} is left to others
     * @param regionPrefix what qualifies the names of regions; null for nothing
     * @param knownClass whether there is a class of that name
     * @return the configuration
     * @throws ConfigException if anything is wrong; it lists all that is
     */
    public static ProviderConfig from(
            Map<String, Object> settings, @Nullable String regionPrefix, Predicate<String> knownClass) {
        SettingsReader in = new SettingsReader(settings);
        KnownSettings.refuseUnknown(in.keys(), in::refuse);
        ConnectionConfig connection = new ConnectionReader(in).read();
        Object clientCustomizer = in.raw(RedisSettings.CLIENT_CUSTOMIZER);
        String keyPrefix = in.read(RedisSettings.KEY_PREFIX, KeyPrefixes::read, DEFAULT_KEY_PREFIX);
        OnForeignPrefix onForeignPrefix =
                in.read(RedisSettings.ON_FOREIGN_PREFIX, Choices.of(OnForeignPrefix.class), OnForeignPrefix.WARN);
        ClearOnStart clearOnStart =
                in.read(RedisSettings.CLEAR_ON_START, Choices.of(ClearOnStart.class), ClearOnStart.NEVER);
        List<String> warmUp = in.read(RedisSettings.WARM_UP, ProviderConfig::entityNames, List.of());
        Duration timeout = in.read(
                RedisSettings.TIMEOUT, Durations.between(Duration.ofMillis(1), Duration.ofHours(1)), DEFAULT_TIMEOUT);
        Duration lockTimeout = in.read(
                RedisSettings.LOCK_TIMEOUT,
                Durations.between(Duration.ofSeconds(1), Duration.ofDays(1)),
                DEFAULT_LOCK_TIMEOUT);
        checkTimeouts(in, timeout, lockTimeout);
        int loadWaiters = in.read(RedisSettings.LOAD_WAITERS, RegionValues::loadWaiters, DEFAULT_LOAD_WAITERS);
        int reloadThreads = in.read(RedisSettings.RELOAD_THREADS, RegionValues::reloadThreads, DEFAULT_RELOAD_THREADS);
        List<String> allowedClasses =
                in.read(RedisSettings.ALLOWED_CLASSES, value -> ClassNames.read(value, knownClass), List.of());
        List<Object> listeners = in.read(RedisSettings.LISTENER, Texts::members, List.of());
        RegionConfig defaults = RegionConfig.DEFAULT.with(RegionOverrides.read(in, RedisSettings.PREFIX));
        Map<String, RegionOverrides> regionSettings = readRegions(in, new RegionNames(regionPrefix));
        in.finish();
        return new ProviderConfig(
                Objects.requireNonNull(connection),
                clientCustomizer,
                keyPrefix,
                onForeignPrefix,
                clearOnStart,
                warmUp,
                timeout,
                lockTimeout,
                loadWaiters,
                reloadThreads,
                allowedClasses,
                listeners,
                defaults,
                regionSettings,
                regionPrefix);
    }

    private static List<String> entityNames(Object value) {
        return Texts.members(value).stream()
                .map(member -> member instanceof Class<?> type ? type.getName() : Texts.text(member))
                .toList();
    }

    private static void checkTimeouts(SettingsReader in, Duration timeout, Duration lockTimeout) {
        Duration least = timeout.multipliedBy(TIMEOUTS_IN_LOCK_TIMEOUT);
        if (lockTimeout.compareTo(least) >= 0) {
            return;
        }
        if (in.isSet(RedisSettings.LOCK_TIMEOUT)) {
            in.refuse(
                    RedisSettings.LOCK_TIMEOUT,
                    "expected at least three times " + RedisSettings.TIMEOUT + ", " + Durations.show(least));
        } else {
            in.refuse(
                    RedisSettings.TIMEOUT,
                    "expected at most a third of " + RedisSettings.LOCK_TIMEOUT + ", which is "
                            + Durations.show(lockTimeout));
        }
    }

    private static Map<String, RegionOverrides> readRegions(SettingsReader in, RegionNames names) {
        Map<String, RegionOverrides> regions = new TreeMap<>();
        for (String key : in.keys()) {
            RegionKey regionKey = RegionKey.parse(key);
            if (regionKey != null && !regions.containsKey(regionKey.region())) {
                if (names.isTableStamps(regionKey.region())) {
                    TableStampsRegion.refuseLimits(in, regionKey.scope());
                }
                regions.put(regionKey.region(), RegionOverrides.read(in, regionKey.scope()));
            }
        }
        return regions;
    }

    /**
     * The configuration of a region.
     *
     * @param regionName the region's name, qualified or not
     * @param annotated what annotations say of the region; null for nothing
     * @return for each value the setting under the region's qualified name, else under its unqualified name, else the
     *     annotation's value, else the default of all regions
     */
    public RegionConfig region(String regionName, @Nullable RegionOverrides annotated) {
        RegionConfig region = defaults.with(annotated);
        for (String name : new RegionNames(regionPrefix).both(regionName)) {
            region = region.with(regionSettings.get(name));
        }
        return region;
    }

    /**
     * The names of the regions for which there are settings.
     *
     * @return the names as they were written, qualified or not, in alphabetical order
     */
    public Set<String> configuredRegions() {
        return new TreeSet<>(regionSettings.keySet());
    }

    /**
     * What to warn of once the regions are known: settings for regions that there are not.
     *
     * @param regionNames the names of the regions that there are, qualified or not
     * @return a sentence for each region that is configured and not there, with the nearest name that is
     */
    public List<String> unusedRegionSettings(Collection<String> regionNames) {
        RegionNames names = new RegionNames(regionPrefix);
        Set<String> existing = new TreeSet<>();
        regionNames.forEach(name -> existing.add(names.unqualified(name)));
        return configuredRegions().stream()
                .filter(name -> !existing.contains(names.unqualified(name)) && !names.isTableStamps(name))
                .map(name -> RegionKey.scope(name) + "*: there is no region of that name"
                        + suggestion(NearestNames.of(names.unqualified(name), existing)))
                .toList();
    }

    private static String suggestion(List<String> nearest) {
        return nearest.isEmpty() ? "" : "; the nearest is " + String.join(", ", nearest);
    }
}
