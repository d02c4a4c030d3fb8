package io.github.hibernateredis.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.service.connection.ConnectionDetails;
import org.springframework.boot.ssl.SslBundle;

/**
 * How to connect to the Redis of the second-level cache. A bean of this type is used unless a client or a URL is configured;
 * without one, Boot's own details of its Redis connection are used.
 *
 * @since 0.1.0
 */
public interface HibernateRedisConnectionDetails extends ConnectionDetails {

    /** The addresses, as {@link io.github.hibernateredis.RedisSettings#URL} takes them. */
    List<String> urls();

    /** How the servers are arranged, see {@link io.github.hibernateredis.RedisSettings#MODE}; null for the default. */
    default @Nullable String mode() {
        return null;
    }

    /** The name under which the sentinels know the master; null without sentinels. */
    default @Nullable String sentinelMaster() {
        return null;
    }

    /** The user at the sentinels, where that is another one than at the servers; else null. */
    default @Nullable String sentinelUsername() {
        return null;
    }

    /** The password at the sentinels, where that is another one than at the servers; else null. */
    default @Nullable String sentinelPassword() {
        return null;
    }

    /** Whom to trust and which certificate to show; null for what the JVM has. */
    default @Nullable SslBundle sslBundle() {
        return null;
    }
}
