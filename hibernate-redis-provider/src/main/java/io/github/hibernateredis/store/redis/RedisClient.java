package io.github.hibernateredis.store.redis;

import org.redisson.api.RedissonClient;

/**
 * The client and the relevant part of its configuration.
 *
 * @param redisson the client
 * @param readsFromReplicas whether it sends reads to replicas. The stores then read by script, because scripts go to
 *     the master
 */
public record RedisClient(RedissonClient redisson, boolean readsFromReplicas) {}
