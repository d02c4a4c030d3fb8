/**
 * A small shop that demonstrates the cache and checks its results: {@code mvn -q -Pquickstart verify}.
 *
 * <p>{@link io.github.hibernateredis.quickstart.Shop} is the application, with all the settings that the cache needs;
 * {@code domain} contains its entities. {@link io.github.hibernateredis.quickstart.Quickstart} runs the operations and
 * stops with an error if a result is not as expected. {@code SecondJvm} and {@code SecondNode} are the two ends of the
 * connection to another process; {@code EmbeddedRedis} starts the server, {@code RoundTrips} counts its requests, and
 * {@code Report} prints.
 */
@NullMarked
package io.github.hibernateredis.quickstart;

import org.jspecify.annotations.NullMarked;
