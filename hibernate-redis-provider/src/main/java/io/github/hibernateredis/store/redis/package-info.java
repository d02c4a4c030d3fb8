/**
 * The store in Redis, over Redisson.
 *
 * <p>A region is two hashes in one cluster slot, laid out by {@link io.github.hibernateredis.store.redis.KeyLayout}: the
 * data map, which is read by plain {@code HMGET}, and the guards, which order everything and are touched by scripts only.
 * Each write is one script, kept as a {@code .lua} resource beside this package with the invariant that it upholds; it is
 * called by its digest and sent in full when the server does not know it. Table stamps are one hash of the same kind.
 *
 * <p>Reads go to masters: in a client that prefers replicas they are sent as scripts, which Redisson runs on the master.
 */
@NullMarked
package io.github.hibernateredis.store.redis;

import org.jspecify.annotations.NullMarked;
