package io.github.hibernateredis.store.redis;

import org.redisson.api.RedissonClient;

/**
 * The client, and what must be known of how it is configured.
 *
 * @param redisson the client
 * @param readsFromReplicas whether it sends reads to replicas: the stores then read by script, which goes to the master
 */
public record RedisClient(RedissonClient redisson, boolean readsFromReplicas) {}
