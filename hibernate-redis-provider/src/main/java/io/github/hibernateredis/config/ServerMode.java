package io.github.hibernateredis.config;

/**
 * How the Redis servers are arranged.
 *
 * @since 0.1.0
 */
public enum ServerMode {
    /** One server. */
    SINGLE,
    /** A Redis Cluster, of which some nodes are given. */
    CLUSTER,
    /** A master and its replicas under the watch of the sentinels that are given. */
    SENTINEL,
    /** A master and its replicas, all of them given, whose roles are found by asking. */
    REPLICATED
}
