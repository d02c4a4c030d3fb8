/**
 * The store in Redis, built on Redisson.
 *
 * <p>Each segment of a region is two hashes in one cluster slot, laid out by
 * {@link io.github.hibernateredis.store.redis.KeyLayout}: the data hash, which {@code HMGET} reads, and the metadata
 * hash, which orders all writes and is used by scripts only. Each write is one script, a {@code .lua} resource next to
 * this package whose head states its invariant. It is called by its digest, and sent in full if the server does not
 * have it. Table stamps are one hash of the same kind.
 *
 * <p>Reads go to masters: if a client prefers replicas, they are sent as scripts, which Redisson runs on the master.
 */
@NullMarked
package io.github.hibernateredis.store.redis;

import org.jspecify.annotations.NullMarked;
