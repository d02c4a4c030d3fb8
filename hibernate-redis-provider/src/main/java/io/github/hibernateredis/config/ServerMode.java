package io.github.hibernateredis.config;

/**
 * How the Redis servers are organized.
 *
 * @since 0.1.0
 */
public enum ServerMode {
    /** One server. */
    SINGLE,
    /** A Redis Cluster; some of its nodes are given. */
    CLUSTER,
    /** A master and its replicas, monitored by the sentinels that are given. */
    SENTINEL,
    /** A master and its replicas, all given; the provider asks each server for its role. */
    REPLICATED
}
