package io.github.hibernateredis;

/**
 * The names of the provider's settings.
 *
 * <p>Set them where Hibernate's own settings are: {@code persistence.xml}, {@code hibernate.properties}, the map for
 * {@code Persistence.createEntityManagerFactory}, or system properties. Each accepts text or a Java object of a
 * suitable type. A {@code null} counts as not set. Unknown names that begin with {@link #PREFIX}, values that cannot be
 * parsed, and settings that contradict each other stop the start. The {@link org.hibernate.cache.CacheException} lists
 * all of them.
 *
 * <p>The words of a name may also be separated by dots or hyphens, or be in camel case: {@code key.prefix},
 * {@code key-prefix}, {@code keyPrefix}. Frameworks convert the names of environment variables to such forms.
 *
 * <p><b>Durations</b> are a whole number with a unit ({@code 500ms}, {@code 30s}, {@code 10m}, {@code 24h},
 * {@code 7d}), ISO-8601 ({@code PT10M}) or a {@link java.time.Duration}. A number without a unit is rejected.
 * <b>Sizes</b> are a number of bytes, optionally with a unit ({@code 512KB}, {@code 16MB}, {@code 1MiB}); 1 KB and 1
 * KiB are 1024 bytes. <b>Lists</b> are comma-separated text, an array or a {@link java.util.Collection}. <b>Choices</b>
 * ignore case.
 *
 * <p>Some settings also exist for a single region; {@link #forRegion} builds their names. The setting of the region
 * overrides {@link RedisCacheRegion}, and the annotation overrides the setting for all regions.
 *
 * @since 0.1.0
 */
public final class RedisSettings {

    /** The prefix of all setting names. */
    public static final String PREFIX = "hibernate.cache.redis.";

    /**
     * The servers: {@code redis://[[username:]password@]host[:port][/database]}, or {@code rediss://} for TLS. Several
     * URLs are for the modes {@code cluster}, {@code sentinel} (the addresses of the sentinels) and {@code replicated}.
     * The default port is 6379, and 26379 for a sentinel. Special characters of a user name or password are
     * percent-encoded.
     *
     * <p>User and password are those of the servers. In the mode {@code sentinel} these are not the servers at the
     * addresses given; see {@link #SENTINEL_PASSWORD}. Not together with {@link #CONFIG} or {@link #CLIENT}.
     *
     * <p>Text, or a list of text, {@link java.net.URI} or {@link java.net.URL}. Default: {@code
     * redis://127.0.0.1:6379}.
     */
    public static final String URL = PREFIX + "url";

    /**
     * How the servers of {@link #URL} are organized. Not together with {@link #CONFIG} or {@link #CLIENT}.
     *
     * <p>{@code single}, {@code cluster}, {@code sentinel} or {@code replicated}, or a {@link
     * io.github.hibernateredis.config.ServerMode}. Default: {@code single}, or {@code cluster} for several URLs.
     */
    public static final String MODE = PREFIX + "mode";

    /**
     * The name under which the sentinels know the master. Required in the mode {@code sentinel}, rejected in any other
     * mode.
     *
     * <p>Text. Default: none.
     */
    public static final String SENTINEL_MASTER = PREFIX + "sentinel_master";

    /**
     * The user name for the sentinels, if it differs from the one of {@link #URL}. Needs {@link #SENTINEL_PASSWORD}.
     *
     * <p>Text. Default: the user of {@link #URL} or, with a {@link #SENTINEL_PASSWORD}, none.
     */
    public static final String SENTINEL_USERNAME = PREFIX + "sentinel_username";

    /**
     * The password for the sentinels, if it differs from the one of {@link #URL}. It is sent only to a sentinel that
     * asks for one. For the mode {@code sentinel} only.
     *
     * <p>Text. Default: the password of {@link #URL}.
     */
    public static final String SENTINEL_PASSWORD = PREFIX + "sentinel_password";

    /**
     * A Redisson YAML file, on the class path or in the file system. It replaces {@link #URL} and the settings that
     * depend on it. Not together with {@link #CLIENT}.
     *
     * <p>Text, {@link java.net.URI}, {@link java.net.URL}, {@link java.io.File} or {@link java.nio.file.Path}. Default:
     * none.
     */
    public static final String CONFIG = PREFIX + "config";

    /**
     * A client of the application: a {@code RedissonClient}, or the name of a bean that is one. The provider uses it
     * and never closes it. Not together with {@link #CONFIG}, {@link #URL} and the settings that depend on them.
     *
     * <p>The object, or the name of a bean. Default: none.
     */
    public static final String CLIENT = PREFIX + "client";

    /**
     * Changes the configuration of the Redisson client that is built from {@link #URL}, before the client is created:
     * for TLS material, native transport or a resolver. Its changes override the provider's own values.
     *
     * <p>A {@link ClientCustomizer}: the object, its class, or the name of the class, which needs a constructor without
     * parameters. Default: none. Not together with {@link #CONFIG} or {@link #CLIENT}.
     */
    public static final String CLIENT_CUSTOMIZER = PREFIX + "client_customizer";

    /**
     * The prefix of every Redis key; a colon follows it. Every application that shares a server needs its own prefix.
     * Two applications with the same prefix read each other's rows. No white space, no braces, no colon at the end.
     *
     * <p>Text. Default: {@code hibernate}.
     */
    public static final String KEY_PREFIX = PREFIX + "key_prefix";

    /**
     * What to do if regions under the {@link #KEY_PREFIX} contain rows of another database. The first instance that
     * uses a region records the database there: its JDBC URL without login and parameters, its catalog and its schema.
     * An instance with another database then logs a warning that names both ({@code warn}), does not start
     * ({@code fail}), or compares nothing ({@code ignore}). Nothing is compared if every tenant has its own database.
     *
     * <p>{@code warn}, {@code fail} or {@code ignore}, or an {@link io.github.hibernateredis.config.OnForeignPrefix}.
     * Default: {@code warn}.
     */
    public static final String ON_FOREIGN_PREFIX = PREFIX + "on_foreign_prefix";

    /**
     * When to clear the regions before their first use: {@code never}; {@code created}, if {@code
     * hibernate.hbm2ddl.auto} or {@code jakarta.persistence.schema-generation.database.action} creates the schema;
     * {@code always}. A new database behind an old Redis needs it, or the cache returns rows of the old database. If
     * Redis is down at the start, the regions are bypassed until they have been cleared.
     *
     * <p>{@code never}, {@code created} or {@code always}, or a {@link io.github.hibernateredis.config.ClearOnStart}.
     * Default: {@code never}.
     */
    public static final String CLEAR_ON_START = PREFIX + "clear_on_start";

    /**
     * Entities that are loaded into the cache in the background after a session factory has been created. Entries that
     * are cached already are not loaded. A name that is not a cached entity stops the start. With tenants nothing is
     * loaded. {@link RedisCacheWarmup} can do more.
     *
     * <p>List of entity names or {@link Class}. Default: none.
     */
    public static final String WARM_UP = PREFIX + "warm_up";

    /**
     * How many sessions load at the same time if {@link #WARM_UP} is set. Each takes a connection of the pool.
     *
     * <p>Whole number, {@code 1} to {@code 64}. Default: {@code 2}.
     */
    public static final String WARM_UP_THREADS = PREFIX + "warm_up_threads";

    /**
     * The maximum number of entities that are loaded in a second if {@link #WARM_UP} is set. It spares the database
     * when many instances start together. The first batches, two of 500 entities for each thread, are not delayed.
     *
     * <p>Whole number, {@code 10} to {@code 1000000000}; {@code none}, {@code off} or {@code 0} for no limit. Default:
     * {@code none}.
     */
    public static final String WARM_UP_RATE = PREFIX + "warm_up_rate";

    /**
     * How long one request to Redis may take. After that, a read counts as a miss and a loaded value is not stored. A
     * write that is not confirmed in time leaves a pending invalidation. Time in which this instance could not read the
     * answer does not count: it paused, or its threads got no processor.
     *
     * <p>Duration, {@code 1ms} to {@code 1h}. Default: {@code 250ms}.
     */
    public static final String TIMEOUT = PREFIX + "timeout";

    /**
     * The lease of a soft lock. If the instance that holds it dies, its entry stays uncached for this long. At least
     * three times {@link #TIMEOUT}, because a transaction renews a lock when a third of its lease has passed. The same
     * on all instances.
     *
     * <p>Duration, {@code 1s} to {@code 1d}. Default: {@code 60s}.
     */
    public static final String LOCK_TIMEOUT = PREFIX + "lock_timeout";

    /**
     * Further classes that cached values may contain, in addition to those of the mapping: class names, or
     * {@code package.*}. A class that does not exist stops the start.
     *
     * <p>List of text or {@link Class}. Default: none.
     */
    public static final String ALLOWED_CLASSES = PREFIX + "allowed_classes";

    /**
     * Listeners for the events of the cache: one or more {@link io.github.hibernateredis.events.CacheListener}s. Each
     * is an object, its class, or the name of the class, which needs a constructor without parameters.
     *
     * <p>List of listeners. Default: none. {@link RedisRegionFactory#addListener} adds others later.
     */
    public static final String LISTENER = PREFIX + "listener";

    /**
     * What a write to a cached entity does when Redis does not confirm its locks. With {@code available} it commits;
     * other instances may read the older value until this one reaches Redis again, or the entry expires. With
     * {@code consistent} the transaction fails before the database commits, with an {@link UnconfirmedWriteException};
     * the application can repeat it. It has no effect on NONSTRICT_READ_WRITE, which takes no locks.
     *
     * <p>{@code available} or {@code consistent}, or an {@link io.github.hibernateredis.config.OutagePolicy}. Default:
     * {@code available}.
     */
    public static final String OUTAGE_POLICY = PREFIX + "outage_policy";

    /**
     * The time to live of an entry. Entries always expire, so that a full server can evict them. The metadata that
     * keeps entries consistent never expires.
     *
     * <p>Duration, {@code 1ms} to {@code 3650d}. Default: {@code 1h}.
     */
    public static final String TTL = PREFIX + "ttl";

    /**
     * By how much each time to live is shortened at random, so that entries that are cached together do not expire
     * together. An entry lives between {@code ttl * (1 - ttl_jitter)} and {@code ttl}.
     *
     * <p>A percentage ({@code 10%}) or a fraction ({@code 0.1}), at least 0 and less than 1. Default: {@code 10%}.
     */
    public static final String TTL_JITTER = PREFIX + "ttl_jitter";

    /**
     * How long an entry lives without being read on any instance. Reads are reported to Redis in batches, for each
     * entry at most once in an eighth of that time. So an entry may expire up to an eighth too early; up to a quarter
     * with {@link #NEAR}. It never lives longer, nor longer than {@link #TTL}. Use the same value on all instances:
     * reads of an instance without it do not count.
     *
     * <p>Duration, {@code 1000ms} to {@code 3650d}; {@code none}, {@code off} or {@code 0} for any time. Default:
     * {@code none}.
     */
    public static final String MAX_IDLE = PREFIX + "max_idle";

    /**
     * The approximate maximum number of entries of a region. The scripts that store an entry remove other entries,
     * chosen at random. Each segment holds its share.
     *
     * <p>Whole number, {@code 1024} to {@code 1000000000}; {@code none}, {@code off} or {@code 0} for no limit.
     * Default: {@code none}.
     */
    public static final String MAX_ENTRIES = PREFIX + "max_entries";

    /**
     * How values are compressed: {@code none}, {@code deflate} (part of the JDK) or {@code lz4}, which needs the
     * library {@code at.yawk.lz4:lz4-java}. A threshold in bytes may follow, such as {@code lz4:2048}; its default is
     * 512. Smaller values are stored uncompressed, and so are values that compression does not make smaller. Every
     * instance reads the values of all others, whatever its own setting. Without the library, values compressed with it
     * are misses.
     *
     * <p>Text, or a {@link io.github.hibernateredis.config.Compression}. Default: {@code none}.
     */
    public static final String COMPRESSION = PREFIX + "compression";

    /**
     * The largest value that is stored, after encoding and compression. A larger value is not cached, and the log names
     * its region once. Reading a large value delays all other requests on the connection.
     *
     * <p>Size, {@code 1} to {@code 512MB}. Default: {@code 1MiB}.
     */
    public static final String MAX_VALUE_SIZE = PREFIX + "max_value_size";

    /**
     * Over how many pairs of Redis hashes a region is spread. In a cluster the pairs lie in different slots; a full
     * server evicts one hash at a time. All instances use the same number: an instance with another setting uses the
     * number in Redis and logs a warning. To change the number, start all instances with the new one and then evict the
     * region once. An instance without the setting uses the number in Redis.
     *
     * <p>Whole number, {@code 1} to {@code 1024}. Default: {@code 16} in a cluster, and where the server has a {@code
     * maxmemory} and a {@code maxmemory-policy} that evicts when the first instance starts; else {@code 1}.
     */
    public static final String SEGMENTS = PREFIX + "segments";

    /**
     * Whether this instance keeps values of the region in its own memory, so that a hit sends no request. A near hit
     * may be older than Redis by the delay of one message, and never by more than {@link #NEAR_LEASE}. It needs the
     * library {@code com.github.ben-manes.caffeine:caffeine}. Instances with and without near caches can share a
     * region. For query results, the stamps of tables are kept, too.
     *
     * <p>{@code true} or {@code false}. Default: {@code false}.
     */
    public static final String NEAR = PREFIX + "near";

    /**
     * The maximum number of values of a region that an instance keeps in its own memory.
     *
     * <p>Whole number, {@code 1} to {@code 100000000}. Default: {@code 10000}.
     */
    public static final String NEAR_MAX_ENTRIES = PREFIX + "near_max_entries";

    /**
     * The maximum memory for the values of a region that an instance keeps: their encoded bytes, and about 250 bytes
     * for each. {@link #NEAR_MAX_ENTRIES} also applies.
     *
     * <p>Size, {@code 1} to {@code 1024GB}. Default: no limit.
     */
    public static final String NEAR_MAX_BYTES = PREFIX + "near_max_bytes";

    /**
     * The maximum age of a near hit, even if messages are lost or late, or the connection breaks. About twice in that
     * time an instance asks Redis for the number of invalidations.
     *
     * <p>Duration, {@code 100ms} to {@code 1h}. Default: {@code 1s}.
     */
    public static final String NEAR_LEASE = PREFIX + "near_lease";

    /**
     * How long a session waits for another session, on any instance, that is loading the same entry or query result. So
     * only one of many sessions that miss it at the same time runs the SQL. If no value arrives in time, the session
     * loads it itself. A session never waits if it has written something, or if its reads are repeatable.
     *
     * <p>Duration, {@code 10ms} to {@code 1m}; {@code none}, {@code off} or {@code 0} for no wait. Default:
     * {@code none}.
     */
    public static final String LOAD_WAIT = PREFIX + "load_wait";

    /**
     * How many threads of an instance may wait at the same time for {@link #LOAD_WAIT} while they hold a JDBC
     * connection. The loading session needs a connection, so set this below the size of the connection pool. A thread
     * beyond this number loads the value itself. Threads without a connection are not limited.
     *
     * <p>Whole number, {@code 1} to {@code 100000}. Default: {@code 5}.
     */
    public static final String LOAD_WAITERS = PREFIX + "load_waiters";

    /**
     * How early an entry is loaded again before it expires, so that no reader waits for the load. Each reader draws a
     * number. The nearer the end, and the longer loads take, the more likely a reader starts a reload. {@code 1} suits
     * most regions; a larger number reloads earlier. Entities and collections are reloaded in the background, by one
     * thread of all instances at a time. A query result is reloaded by the reader that drew the number. The rules for
     * storing a loaded value are the same as always.
     *
     * <p>Number, more than {@code 0}, at most {@code 100}; {@code none}, {@code off} or {@code 0} for no reloads.
     * Default: {@code none}.
     */
    public static final String EARLY_REFRESH = PREFIX + "early_refresh";

    /**
     * How long an entry is served after its {@link #TTL}, while it is reloaded as with {@link #EARLY_REFRESH}. Evicted
     * and invalidated entries are never served, nor query results whose tables were written. Only for READ_ONLY,
     * NONSTRICT_READ_WRITE and query results: a region with entries of another strategy stops the start. Use the same
     * value on all instances: one without it serves entries for the whole time and does not reload them.
     *
     * <p>Duration, {@code 10ms} to {@code 3650d}; {@code none}, {@code off} or {@code 0} to serve none. Default:
     * {@code none}.
     */
    public static final String STALE_TTL = PREFIX + "stale_ttl";

    /**
     * How many entries a session factory reloads at the same time in the background; see {@link #EARLY_REFRESH} and
     * {@link #STALE_TTL}. Each reload takes a JDBC connection. No thread is started before the first reload.
     *
     * <p>Whole number, {@code 1} to {@code 100}. Default: {@code 2}.
     */
    public static final String RELOAD_THREADS = PREFIX + "reload_threads";

    /**
     * How long an entity region remembers that a row does not exist, after a {@code find} that returned nothing. Until
     * then the next {@code find} runs no SQL. An insert by Hibernate on any instance removes the mark before the
     * commit. A row that is inserted without Hibernate stays invisible for this time. At most {@link #TTL}. Use the
     * same value on all instances: one without it takes no lock for its inserts.
     *
     * <p>Duration, {@code 10ms} to {@code 3650d}; {@code none}, {@code off} or {@code 0} to remember nothing. Default:
     * {@code none}.
     */
    public static final String ABSENT_TTL = PREFIX + "absent_ttl";

    /** The prefix of the settings of a single region; see {@link #forRegion}. */
    public static final String REGION_PREFIX = PREFIX + "region.";

    private RedisSettings() {}

    /**
     * Builds the name of a setting for one region, such as {@code hibernate.cache.redis.region.com.acme.Product.ttl}.
     *
     * @param regionName the region's name, with or without {@code hibernate.cache.region_prefix}. If both names have
     *     settings, those of the name with the prefix win
     * @param setting the name of the setting for all regions, such as {@link #TTL}
     * @return the name of the same setting for that region
     * @throws IllegalArgumentException if {@code setting} does not begin with {@link #PREFIX}
     */
    public static String forRegion(String regionName, String setting) {
        if (!setting.startsWith(PREFIX)) {
            throw new IllegalArgumentException(setting + " does not begin with " + PREFIX);
        }
        return REGION_PREFIX + regionName + '.' + setting.substring(PREFIX.length());
    }
}
