/**
 * A small shop that shows what the cache does, and proves it: {@code mvn -q -Pquickstart verify}.
 *
 * <p>{@link io.github.hibernateredis.quickstart.Shop} is the application, with all the settings that the cache needs;
 * {@code domain} holds its entities. The rest is the stage: {@link io.github.hibernateredis.quickstart.Quickstart} tells
 * the story and stops with an error where something is not as told; {@code SecondJvm} and {@code SecondNode} are the two
 * ends of the line to another process; {@code EmbeddedRedis} starts the server, {@code RoundTrips} counts what is asked of
 * it, and {@code Report} prints.
 */
@NullMarked
package io.github.hibernateredis.quickstart;

import org.jspecify.annotations.NullMarked;
