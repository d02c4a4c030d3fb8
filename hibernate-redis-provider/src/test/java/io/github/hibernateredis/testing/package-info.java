/**
 * What tests stand on: real servers and real processes, started without an installation and gone when the tests are.
 *
 * <p>{@link io.github.hibernateredis.testing.SharedRedis} is the one server that most tests of a JVM share, and
 * {@link io.github.hibernateredis.testing.RedisServer} one of a test's own, which it may stop, cut off and kill.
 * {@link io.github.hibernateredis.testing.RedisCluster}, {@link io.github.hibernateredis.testing.RedisSentinels} and
 * {@link io.github.hibernateredis.testing.RedisReplication} are several of those, arranged as in production.
 * {@link io.github.hibernateredis.testing.ForkedJvm} is a second node. Tests look at Redis through
 * {@link io.github.hibernateredis.testing.RedisCommands}, which shares no code with the provider, so that a mistake in
 * the client cannot hide itself.
 *
 * <p>Nothing here uses a fixed port, and every child process dies with the JVM that started it, however that one ends.
 * The package is published as a test-jar for the module {@code integration-tests}; it is not part of the product.
 */
@NullMarked
package io.github.hibernateredis.testing;

import org.jspecify.annotations.NullMarked;
