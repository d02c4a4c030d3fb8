package io.github.hibernateredis.spring.boot;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.core.env.Environment;

/**
 * {@code spring.data.redis.*} for applications without Spring Data Redis, for which Boot creates no connection details.
 */
record SpringDataRedisProperties(
        @Nullable String url,
        @Nullable String host,
        @DefaultValue("6379") int port,
        @DefaultValue("0") int database,
        @Nullable String username,
        @Nullable String password,
        @DefaultValue Ssl ssl,
        @Nullable Sentinel sentinel,
        @Nullable Cluster cluster) {

    record Ssl(@Nullable Boolean enabled, @Nullable String bundle) {}

    record Sentinel(
            String master,
            List<String> nodes,
            @Nullable String username,
            @Nullable String password) {}

    record Cluster(List<String> nodes) {}

    /** The connection details; null if there are no such properties. */
    static @Nullable HibernateRedisConnectionDetails read(Environment environment, SslBundles bundles) {
        SpringDataRedisProperties redis = Binder.get(environment)
                .bind("spring.data.redis", SpringDataRedisProperties.class)
                .orElse(null);
        if (redis == null
                || redis.url == null && redis.host == null && redis.sentinel == null && redis.cluster == null) {
            return null;
        }
        return redis.details(bundles);
    }

    private HibernateRedisConnectionDetails details(SslBundles bundles) {
        if (url != null) {
            return () -> List.of(url);
        }
        RedisAddresses addresses = new RedisAddresses(username, password).tls(sslBundle(bundles));
        if (sentinel != null) {
            addNodes(addresses, sentinel.nodes);
            return addresses
                    .sentinels(sentinel.master, sentinel.username, sentinel.password)
                    .database(database);
        }
        if (cluster != null) {
            addNodes(addresses, cluster.nodes);
            return addresses.cluster();
        }
        return addresses.node(host == null ? "localhost" : host, port).database(database);
    }

    private static void addNodes(RedisAddresses addresses, List<String> nodes) {
        for (String node : nodes) {
            int colon = node.lastIndexOf(':');
            addresses.node(node.substring(0, colon), Integer.parseInt(node.substring(colon + 1)));
        }
    }

    private @Nullable SslBundle sslBundle(SslBundles bundles) {
        if (ssl.bundle != null) {
            return bundles.getBundle(ssl.bundle);
        }
        return Boolean.TRUE.equals(ssl.enabled) ? SslBundle.systemDefault() : null;
    }

    /** The properties without the passwords. */
    @Override
    public String toString() {
        return "SpringDataRedisProperties[host=" + host + ", port=" + port + "]";
    }
}
