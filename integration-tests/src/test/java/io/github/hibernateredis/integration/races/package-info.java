/**
 * Races between nodes, one by one: a transaction is stopped at an exact point, others do what they must not do just then,
 * and it goes on. No sleeps; what waits, waits for something.
 */
@NullMarked
package io.github.hibernateredis.integration.races;

import org.jspecify.annotations.NullMarked;
