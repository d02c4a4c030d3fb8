/**
 * Random transactions of several JVMs with one database and one Redis, a nemesis that breaks the JVMs, Redis and the
 * network between them, and a check of everything that was read.
 *
 * <p>A {@linkplain io.github.hibernateredis.integration.torture.Plan plan} contains the parameters of a run. Its
 * {@linkplain io.github.hibernateredis.integration.torture.Worker workers} are separate JVMs, each with a
 * {@linkplain io.github.hibernateredis.integration.Cable cable} that can be interrupted. The
 * {@linkplain io.github.hibernateredis.integration.torture.Nemesis nemesis} kills, stops and restarts them and Redis.
 *
 * <p>The check covers {@linkplain io.github.hibernateredis.integration.torture.History registers}: the number of a row,
 * the parent of a child, the code of an account. Triggers in the database record every value of a register in the order
 * of the row's locks, which is the order of the commits. The workers record when their commits returned and what they
 * read. So the assumed order of events never comes from the cache, and the workload need not be written for the check.
 *
 * <p>Exactly one thing is tolerated, and counted: with the outage policy {@code available}, other instances may learn
 * late of commits by an instance that is disconnected from Redis while it reaches the database.
 */
@NullMarked
package io.github.hibernateredis.integration.torture;

import org.jspecify.annotations.NullMarked;
