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
 * The configuration of the provider: parsed once, immutable, thread safe.
 *
 * @param connection how to connect
 * @param clientCustomizer changes the configuration of a client that is created from URLs: the object, its class, or
 *     the class's name; null for none
 * @param keyPrefix the prefix of every Redis key, without the colon that follows it
 * @param onForeignPrefix what to do if regions contain the rows of another database
 * @param clearOnStart when regions are cleared before their first use
 * @param warmUp what is loaded after the start
 * @param timeout the timeout of one cache operation
 * @param lockTimeout the lease of a soft lock, at least three times the timeout
 * @param loadWaiters how many threads that hold a JDBC connection may wait at the same time for the loads of other
 *     sessions
 * @param allowedClasses further classes that values may contain: names of classes, or {@code package.*}
 * @param listeners the listeners for events: objects, their classes, or the names of those
 * @param defaults the configuration of a region without settings of its own
 * @param regionSettings the settings of single regions, keyed by the regions' names as written
 * @param regionPrefix the ORM's {@code hibernate.cache.region_prefix}; null if there is none
 */
public record ProviderConfig(
        ConnectionConfig connection,
        @Nullable Object clientCustomizer,
        String keyPrefix,
        OnForeignPrefix onForeignPrefix,
        ClearOnStart clearOnStart,
        WarmUp warmUp,
        Duration timeout,
        Duration lockTimeout,
        int loadWaiters,
        List<String> allowedClasses,
        List<Object> listeners,
        RegionConfig defaults,
        Map<String, RegionOverrides> regionSettings,
        @Nullable String regionPrefix) {

    private static final String DEFAULT_KEY_PREFIX = "hibernate";
    private static final Duration DEFAULT_TIMEOUT = Duration.ofMillis(250);
    private static final Duration DEFAULT_LOCK_TIMEOUT = Duration.ofSeconds(60);

    /** Half of the smallest usual pool: by default HikariCP and Agroal have ten connections or more. */
    private static final int DEFAULT_LOAD_WAITERS = 5;

    /** A transaction renews each lock when a third of its lease has passed, and waits for the reply. */
    private static final int TIMEOUTS_IN_LOCK_TIMEOUT = 3;

    /** Copies the collections. */
    public ProviderConfig {
        allowedClasses = List.copyOf(allowedClasses);
        listeners = List.copyOf(listeners);
        regionSettings = Map.copyOf(regionSettings);
    }

    /**
     * Parses the settings, including {@code hibernate.cache.region_prefix}. Does not check whether classes exist.
     *
     * @param settings the ORM's settings; keys that do not begin with {@link RedisSettings#PREFIX} are ignored
     * @return the configuration
     * @throws ConfigException if anything is wrong; it lists every problem
     */
    public static ProviderConfig from(Map<String, Object> settings) {
        Object regionPrefix = settings.get(AvailableSettings.CACHE_REGION_PREFIX);
        return from(settings, regionPrefix == null ? null : regionPrefix.toString(), name -> true);
    }

    static ProviderConfig from(Map<String, Object> settings, @Nullable String regionPrefix) {
        return from(settings, regionPrefix, name -> true);
    }

    /**
     * Parses the settings if the region prefix comes from elsewhere, such as {@code SessionFactoryOptions}.
     *
     * @param settings the ORM's settings; keys that do not begin with {@link RedisSettings#PREFIX} are ignored
     * @param regionPrefix the prefix that qualifies the names of regions; null for none
     * @param knownClass whether a class of that name exists
     * @return the configuration
     * @throws ConfigException if anything is wrong; it lists every problem
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
        WarmUp warmUp = WarmUp.read(in);
        Duration timeout = in.read(
                RedisSettings.TIMEOUT, Durations.between(Duration.ofMillis(1), Duration.ofHours(1)), DEFAULT_TIMEOUT);
        Duration lockTimeout = in.read(
                RedisSettings.LOCK_TIMEOUT,
                Durations.between(Duration.ofSeconds(1), Duration.ofDays(1)),
                DEFAULT_LOCK_TIMEOUT);
        checkTimeouts(in, timeout, lockTimeout);
        int loadWaiters = in.read(RedisSettings.LOAD_WAITERS, RegionValues::loadWaiters, DEFAULT_LOAD_WAITERS);
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
                allowedClasses,
                listeners,
                defaults,
                regionSettings,
                regionPrefix);
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
     * Returns the configuration of a region. For each value the first source that sets it wins: the settings of the
     * region's qualified name, those of its unqualified name, the annotations, the defaults for all regions.
     *
     * @param regionName the region's name, qualified or not
     * @param annotated the values of the region's annotations; null for none
     * @return the configuration of the region
     */
    public RegionConfig region(String regionName, @Nullable RegionOverrides annotated) {
        RegionConfig region = defaults.with(annotated);
        for (String name : new RegionNames(regionPrefix).both(regionName)) {
            region = region.with(regionSettings.get(name));
        }
        return region;
    }

    /**
     * Returns the names of the regions that have settings.
     *
     * @return the names as written, qualified or not, in alphabetical order
     */
    public Set<String> configuredRegions() {
        return new TreeSet<>(regionSettings.keySet());
    }

    /**
     * Returns the warnings that are due once the regions are known: settings for regions that do not exist.
     *
     * @param regionNames the names of the existing regions, qualified or not
     * @return one sentence for each configured region that does not exist, with the most similar existing name
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
