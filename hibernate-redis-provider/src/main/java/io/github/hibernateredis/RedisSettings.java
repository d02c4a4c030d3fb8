package io.github.hibernateredis;

/**
 * The names of the provider's settings.
 *
 * <p>Settings are given where the ORM's own are: {@code persistence.xml}, {@code hibernate.properties}, the map handed
 * to {@code Persistence.createEntityManagerFactory}, system properties. Each is accepted as text or as a Java object of
 * the fitting type. A setting whose value is {@code null} counts as not set. An unknown name that begins with
 * {@link #PREFIX}, a value that cannot be read, and settings that contradict one another stop the start with a
 * {@link org.hibernate.cache.CacheException} that names every such setting at once.
 *
 * <p>The underscores of a name may also be dots or hyphens, or give way to camel case ({@code key.prefix}, {@code key-prefix},
 * {@code keyPrefix}): so frameworks write the names of environment variables.
 *
 * <p><b>Durations</b> are a whole number with a unit ({@code 500ms}, {@code 30s}, {@code 10m}, {@code 24h},
 * {@code 7d}), ISO-8601 ({@code PT10M}) or a {@link java.time.Duration}; a number without a unit is refused.
 * <b>Lists</b> are text with commas, an array or a {@link java.util.Collection}. <b>Choices</b> are read in upper or
 * lower case.
 *
 * <p>The settings from {@link #OUTAGE_POLICY} to {@link #NEAR_MAX_ENTRIES} are the defaults of all regions; the same
 * for one region are named by {@link #forRegion}. {@link RedisCacheRegion} stands between the two: it wins over the
 * defaults, and the settings of the region win over it.
 */
public final class RedisSettings {

    /** What all names begin with. */
    public static final String PREFIX = "hibernate.cache.redis.";

    /**
     * The servers: {@code redis://} or, for TLS, {@code rediss://} URLs, as
     * {@code redis://[[username:]password@]host[:port][/database]}. Several are for the modes {@code cluster},
     * {@code sentinel} (the sentinels' own addresses) and {@code replicated}. The port is 6379 unless given, a
     * sentinel's 26379. Special characters of a user name or password are percent-encoded.
     *
     * <p>User and password are those of the servers, which in the mode {@code sentinel} are not the ones at these addresses;
     * see {@link #SENTINEL_PASSWORD}.
     *
     * <p>Text or a list of text, {@link java.net.URI} or {@link java.net.URL}. Default: {@code redis://127.0.0.1:6379}.
     * Not together with {@link #CONFIG} or {@link #CLIENT}.
     */
    public static final String URL = PREFIX + "url";

    /**
     * How the servers of {@link #URL} are arranged: {@code single}, {@code cluster}, {@code sentinel} or
     * {@code replicated}.
     *
     * <p>Text or {@link io.github.hibernateredis.config.ServerMode}. Default: {@code single}, or {@code cluster} for
     * several URLs. Not together with {@link #CONFIG} or {@link #CLIENT}.
     */
    public static final String MODE = PREFIX + "mode";

    /**
     * The name under which the sentinels know the master. Needed by the mode {@code sentinel}, refused in any other.
     *
     * <p>Text. Default: none.
     */
    public static final String SENTINEL_MASTER = PREFIX + "sentinel_master";

    /**
     * The user as whom to log in at the sentinels, where that is another one than the user of {@link #URL}.
     *
     * <p>Text. Default: the user of {@link #URL} or, with a {@link #SENTINEL_PASSWORD}, none. Needs
     * {@link #SENTINEL_PASSWORD}.
     */
    public static final String SENTINEL_USERNAME = PREFIX + "sentinel_username";

    /**
     * The password of the sentinels, where that is another one than the password of {@link #URL}. A sentinel that asks
     * for none is told none.
     *
     * <p>Text. Default: the password of {@link #URL}. For the mode {@code sentinel} only.
     */
    public static final String SENTINEL_PASSWORD = PREFIX + "sentinel_password";

    /**
     * A Redisson YAML file, on the class path or in the file system, in place of {@link #URL}.
     *
     * <p>Text, {@link java.net.URI}, {@link java.net.URL}, {@link java.io.File} or {@link java.nio.file.Path}. Default:
     * none. Not together with {@link #CLIENT} or with {@link #URL} and what belongs to that.
     */
    public static final String CONFIG = PREFIX + "config";

    /**
     * The application's own client: a {@code RedissonClient}, or the name of a bean that is one. It is used and never
     * closed.
     *
     * <p>The object, or text for a bean's name. Default: none. Not together with {@link #CONFIG} or with {@link #URL} and
     * what belongs to that.
     */
    public static final String CLIENT = PREFIX + "client";

    /**
     * What changes the configuration of the Redisson client that is made of {@link #URL}, before the client is made: for TLS
     * material, native transport, a resolver. What it sets wins over the provider's own values.
     *
     * <p>A {@link ClientCustomizer}: the object, a class, or the name of a class with a constructor without parameters. Default:
     * none. Not together with {@link #CONFIG} or {@link #CLIENT}.
     */
    public static final String CLIENT_CUSTOMIZER = PREFIX + "client_customizer";

    /**
     * The first part of every Redis key, before a colon. Applications that share a server without sharing their caches
     * need one each. It has no white space and no braces, and does not end with a colon.
     *
     * <p>Text. Default: {@code hibernate}.
     */
    public static final String KEY_PREFIX = PREFIX + "key_prefix";

    /**
     * What is done when regions under the {@link #KEY_PREFIX} hold the rows of another database, as when two applications
     * share a server and the default prefix: each would read the other's rows. The first instance that uses a region leaves the
     * database's URL there, without login and parameters, with catalog and schema. With {@code warn} another one logs a
     * warning that names both; with {@code fail} it does not start; with {@code ignore} nothing is compared. Not where
     * there is a database for each tenant.
     *
     * <p>Text or {@link io.github.hibernateredis.config.OnForeignPrefix}. Default: {@code warn}.
     */
    public static final String ON_FOREIGN_PREFIX = PREFIX + "on_foreign_prefix";

    /**
     * When the factory's regions are emptied before they are first used: {@code never}; {@code created}, which is when
     * {@code hibernate.hbm2ddl.auto} or {@code jakarta.persistence.schema-generation.database.action} creates the schema; or
     * {@code always}. Else a new database behind an old Redis shows the rows of the old one. If Redis is down at the start, the
     * regions are not used until they have been emptied.
     *
     * <p>Text or {@link io.github.hibernateredis.config.ClearOnStart}. Default: {@code never}.
     */
    public static final String CLEAR_ON_START = PREFIX + "clear_on_start";

    /**
     * The time budget of one cache operation; past it, a read counts as a miss. 1 ms to 1 h.
     *
     * <p>Duration. Default: {@code 250ms}.
     */
    public static final String TIMEOUT = PREFIX + "timeout";

    /**
     * The life of a soft lock whose owner died: for so long its item stays uncached. 1 s to 1 d, and at least three
     * times {@link #TIMEOUT}, because a transaction renews its locks when a third of this time has gone.
     *
     * <p>Duration. Default: {@code 60s}.
     */
    public static final String LOCK_TIMEOUT = PREFIX + "lock_timeout";

    /**
     * Further classes that cached values may hold, beyond those of the mapping: names of classes, or {@code package.*}.
     *
     * <p>List of text or {@link Class}. Default: none.
     */
    public static final String ALLOWED_CLASSES = PREFIX + "allowed_classes";

    /**
     * Who is told of what happens in the cache: one or more {@link io.github.hibernateredis.events.CacheListener}s. Each is an
     * object, a class, or the name of a class with a constructor without parameters.
     *
     * <p>List of such. Default: none. {@link RedisRegionFactory#addListener} adds others later.
     */
    public static final String LISTENER = PREFIX + "listener";

    /**
     * What a write to a cached entity does when Redis cannot be reached. With {@code available} it commits, and what
     * other nodes may still read is bounded by the TTL. With {@code consistent} the transaction fails before the
     * database commits, with an {@code org.hibernate.cache.CacheException}, unless all locks are in place that it needs;
     * not for NONSTRICT_READ_WRITE, which takes none.
     *
     * <p>Text or {@link io.github.hibernateredis.config.OutagePolicy}. Default: {@code available}.
     */
    public static final String OUTAGE_POLICY = PREFIX + "outage_policy";

    /**
     * How long an entry lives. 1 ms to 3650 d. There is no endless life: what expires can be evicted by a server whose
     * memory is full, while the guards of consistency cannot.
     *
     * <p>Duration. Default: {@code 1h}.
     */
    public static final String TTL = PREFIX + "ttl";

    /**
     * By how much lives are shortened at random, so that entries that were cached together do not expire together: an
     * entry lives between {@code ttl * (1 - ttl_jitter)} and {@code ttl}. At least 0, less than 1.
     *
     * <p>A percentage ({@code 10%}), a fraction ({@code 0.1}) or a {@link Number} that is a fraction. Default:
     * {@code 10%}.
     */
    public static final String TTL_JITTER = PREFIX + "ttl_jitter";

    /**
     * How long an entry lives without being read. Not supported by this version: refused unless {@code none},
     * {@code off} or {@code 0}.
     *
     * <p>Duration. Default: {@code none}.
     */
    public static final String MAX_IDLE = PREFIX + "max_idle";

    /**
     * How many entries a region holds. Not supported by this version: refused unless {@code none}, {@code off} or
     * {@code 0}.
     *
     * <p>Whole number. Default: {@code none}.
     */
    public static final String MAX_ENTRIES = PREFIX + "max_entries";

    /**
     * How values are compressed: {@code none}, {@code deflate} (the JDK's) or {@code lz4}, which needs the library
     * {@code at.yawk.lz4:lz4-java}. A threshold in bytes may follow, as in {@code lz4:512}: encoded values that are
     * smaller are stored as they are, and so are those that compression does not make smaller. Every node reads what any
     * other one stored, whatever its own setting; without the library, values that need it are misses.
     *
     * <p>Text or {@link io.github.hibernateredis.config.Compression}. Default: {@code none}; the threshold's is 512 bytes.
     */
    public static final String COMPRESSION = PREFIX + "compression";

    /**
     * How large an encoded value may be that is stored; a larger one is not cached, and its region is named in the log once.
     * Reading a large value takes Redis and every other operation of the connection long. 1 byte to 512 MB.
     *
     * <p>Text with a unit ({@code 512KB}, {@code 16MB}, {@code 1MiB}; 1 KB and 1 KiB have 1024 bytes) or a whole number of
     * bytes. Default: {@code 1MiB}.
     */
    public static final String MAX_VALUE_SIZE = PREFIX + "max_value_size";

    /**
     * Over how many pairs of hashes a region is spread, and so over how many slots of a cluster; a server that is full evicts one
     * of them at a time. Nodes with another number than the one that started last follow that, so that the setting can be
     * changed by a rolling deploy; the change empties the region. 1 to 1024.
     *
     * <p>Whole number. Default: {@code 16} in a cluster, and where the server has a {@code maxmemory} and a
     * {@code maxmemory-policy} that evicts when the first node starts; else {@code 1}. A node without the setting goes by what
     * is there.
     */
    public static final String SEGMENTS = PREFIX + "segments";

    /**
     * Whether an in-process cache stands in front of the region. Not supported by this version: refused unless
     * {@code false}, {@code off} or {@code none}.
     *
     * <p>Text or {@link Boolean}. Default: {@code false}.
     */
    public static final String NEAR = PREFIX + "near";

    /**
     * How many entries the in-process cache holds. Not supported by this version: refused unless {@code none},
     * {@code off} or {@code 0}.
     *
     * <p>Whole number. Default: {@code none}.
     */
    public static final String NEAR_MAX_ENTRIES = PREFIX + "near_max_entries";

    /** What the names of a single region's settings begin with; see {@link #forRegion}. */
    public static final String REGION_PREFIX = PREFIX + "region.";

    private RedisSettings() {}

    /**
     * The name of a setting for a single region, such as {@code hibernate.cache.redis.region.com.acme.Product.ttl}.
     *
     * @param regionName the region's name, with or without {@code hibernate.cache.region_prefix}; where settings are
     *     given under both names, those under the name with the prefix win
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
