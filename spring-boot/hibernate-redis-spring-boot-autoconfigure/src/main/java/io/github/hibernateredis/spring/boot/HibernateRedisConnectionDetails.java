package io.github.hibernateredis.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * The connection to the Redis of the second-level cache. A bean of this type is used unless a client or a URL is
 * configured. Without such a bean, Boot's own details of its Redis connection are used.
 *
 * @since 0.1.0
 */
public interface HibernateRedisConnectionDetails extends ConnectionDetails {

    /** The addresses, in the form of {@link io.github.hibernateredis.RedisSettings#URL}. */
    List<String> urls();

    /** How the servers are organized, see {@link io.github.hibernateredis.RedisSettings#MODE}; null for the default. */
    default @Nullable String mode() {
        return null;
    }

    /** The name under which the sentinels know the master; null without sentinels. */
    default @Nullable String sentinelMaster() {
        return null;
    }

    /** The user name for the sentinels, if it differs from that of the servers; otherwise null. */
    default @Nullable String sentinelUsername() {
        return null;
    }

    /** The password for the sentinels, if it differs from that of the servers; otherwise null. */
    default @Nullable String sentinelPassword() {
        return null;
    }

    /** The trusted certificates and the client certificate; null for the JVM's defaults. */
    default @Nullable SslBundle sslBundle() {
        return null;
    }
}
