package io.github.hibernateredis.spring.boot;

import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.data.redis.autoconfigure.DataRedisConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The Redis connection of Boot 4. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnClass(DataRedisConnectionDetails.class)
class Boot4RedisConfiguration {

    @Bean
    @ConditionalOnBean(DataRedisConnectionDetails.class)
    @ConditionalOnMissingBean(HibernateRedisConnectionDetails.class)
    HibernateRedisConnectionDetails bootRedisConnectionDetails(DataRedisConnectionDetails redis) {
        RedisAddresses addresses = new RedisAddresses(redis.getUsername(), redis.getPassword());
        DataRedisConnectionDetails.Sentinel sentinel = redis.getSentinel();
        if (sentinel != null) {
            sentinel.getNodes().forEach(node -> addresses.node(node.host(), node.port()));
            return addresses
                    .sentinels(sentinel.getMaster(), sentinel.getUsername(), sentinel.getPassword())
                    .database(sentinel.getDatabase())
                    .tls(redis.getSslBundle());
        }
        DataRedisConnectionDetails.Cluster cluster = redis.getCluster();
        if (cluster != null) {
            cluster.getNodes().forEach(node -> addresses.node(node.host(), node.port()));
            return addresses.cluster().tls(redis.getSslBundle());
        }
        DataRedisConnectionDetails.Standalone standalone = redis.getStandalone();
        if (standalone == null) {
            throw new MissingRedisConnectionException(
                    "Boot's Redis connection names neither a server, nor sentinels, nor a" + " cluster");
        }
        return addresses
                .node(standalone.getHost(), standalone.getPort())
                .database(standalone.getDatabase())
                .tls(redis.getSslBundle());
    }
}
