/**
 * Random transactions of several JVMs on one database and one Redis, a nemesis that breaks both ends of what is between
 * them, and a check of everything that was read.
 *
 * <p>A {@linkplain io.github.hibernateredis.integration.torture.Plan plan} says what a run is like. Its
 * {@linkplain io.github.hibernateredis.integration.torture.Worker workers} are JVMs of their own, each behind a
 * {@linkplain io.github.hibernateredis.integration.torture.Cable cable} that can be cut; the
 * {@linkplain io.github.hibernateredis.integration.torture.Nemesis nemesis} kills, stops and restarts them and Redis.
 *
 * <p>What is checked are {@linkplain io.github.hibernateredis.integration.torture.History registers}: the number of a
 * row, the parent of a child, the code of an account. Triggers in the database note every value that a register takes, in
 * the order of its row's locks, which is the order of the commits; the workers note when their commits returned and what
 * they read. So nothing that is believed about the order of events comes from the cache, and nothing of the workload has to
 * be written so that it can be checked.
 *
 * <p>Exactly one thing is tolerated, and counted: what a node commits while it is cut off from Redis and reaches the
 * database others may learn when it is back, if the outage policy is {@code available}.
 */
@NullMarked
package io.github.hibernateredis.integration.torture;

import org.jspecify.annotations.NullMarked;
