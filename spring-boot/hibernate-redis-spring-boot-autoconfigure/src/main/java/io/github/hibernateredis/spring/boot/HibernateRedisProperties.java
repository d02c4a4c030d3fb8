package io.github.hibernateredis.spring.boot;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The starter's own properties under {@code hibernate.cache.redis.*}. All other properties under that prefix are
 * settings of the provider, see {@link io.github.hibernateredis.RedisSettings}, and are passed on to it.
 *
 * @param enabled whether Redis is the second-level cache; false switches the second-level cache off
 * @param queryCache whether results of cacheable queries are cached too
 * @param statistics whether Hibernate counts hits and misses, for its own meters
 * @param clientBean the name of the RedissonClient bean to use; it is not closed
 * @param username the user of the servers in "url", where the URL names none
 * @param password the password of the servers in "url", where the URL has none
 * @param ssl the TLS configuration of the connections
 * @param health the health indicator
 * @param metrics the meters
 * @since 0.1.0
 */
@ConfigurationProperties(HibernateRedisProperties.PREFIX)
public record HibernateRedisProperties(
        @DefaultValue("true") boolean enabled,
        @Nullable Boolean queryCache,
        @Nullable Boolean statistics,
        @Nullable String clientBean,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue Ssl ssl,
        @DefaultValue Health health,
        @DefaultValue Metrics metrics) {

    static final String PREFIX = "hibernate.cache.redis";

    /**
     * The TLS configuration of the connections.
     *
     * @param bundle the name of the SSL bundle for connections to "url"
     */
    public record Ssl(@Nullable String bundle) {}

    /**
     * The health indicator.
     *
     * @param outageStatus the status while the cache is not used; the application works without it
     */
    public record Health(@DefaultValue("UNKNOWN") String outageStatus) {}

    /**
     * The meters.
     *
     * @param enabled whether the meters of the cache are registered
     */
    public record Metrics(@DefaultValue("true") boolean enabled) {}

    /** The properties without the password. */
    @Override
    public String toString() {
        return "HibernateRedisProperties[enabled=" + enabled + ", clientBean=" + clientBean + "]";
    }
}
