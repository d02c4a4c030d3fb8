package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.data.redis.RedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Redis connection of Boot 3. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(RedisConnectionDetails.class)
class Boot3RedisConfiguration {

    @Bean
    @ConditionalOnBean(RedisConnectionDetails.class)
    @ConditionalOnMissingBean(HibernateRedisConnectionDetails.class)
    HibernateRedisConnectionDetails bootRedisConnectionDetails(RedisConnectionDetails redis) {
        RedisAddresses addresses = new RedisAddresses(redis.getUsername(), redis.getPassword());
        RedisConnectionDetails.Sentinel sentinel = redis.getSentinel();
        if (sentinel != null) {
            sentinel.getNodes().forEach(node -> addresses.node(node.host(), node.port()));
            return addresses
                    .sentinels(sentinel.getMaster(), sentinel.getUsername(), sentinel.getPassword())
                    .database(sentinel.getDatabase())
                    .tls(sentinel.getSslBundle());
        }
        RedisConnectionDetails.Cluster cluster = redis.getCluster();
        if (cluster != null) {
            cluster.getNodes().forEach(node -> addresses.node(node.host(), node.port()));
            return addresses.cluster().tls(cluster.getSslBundle());
        }
        RedisConnectionDetails.Standalone standalone = redis.getStandalone();
        if (standalone == null) {
            throw new MissingRedisConnectionException(
                    "Boot's Redis connection names neither a server, nor sentinels, nor a" + " cluster");
        }
        return addresses
                .node(standalone.getHost(), standalone.getPort())
                .database(standalone.getDatabase())
                .tls(standalone.getSslBundle());
    }
}
