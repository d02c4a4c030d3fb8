/**
 * The base of the tests: real servers and real processes, which need no installation and end with the tests.
 *
 * <p>{@link io.github.hibernateredis.testing.SharedRedis} is the one server that most tests of a JVM share, and
 * {@link io.github.hibernateredis.testing.RedisServer} is a server for one test, which may stop and kill it.
 * {@link io.github.hibernateredis.testing.RedisCluster}, {@link io.github.hibernateredis.testing.RedisSentinels} and
 * {@link io.github.hibernateredis.testing.RedisReplication} are groups of servers, as in production.
 * {@link io.github.hibernateredis.testing.ForkedJvm} is a second instance. Tests inspect Redis with
 * {@link io.github.hibernateredis.testing.RedisCommands}, which shares no code with the provider, so that an error in
 * the client cannot hide itself.
 *
 * <p>Nothing here uses a fixed port, and every child process ends with the JVM that started it, even if that one
 * crashes. The package is published as a test-jar for the module {@code integration-tests}; it is not part of the
 * product.
 */
@NullMarked
package io.github.hibernateredis.testing;

import org.jspecify.annotations.NullMarked;
