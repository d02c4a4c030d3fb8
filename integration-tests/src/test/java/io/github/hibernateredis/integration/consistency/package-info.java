/**
 * Random transactions of several JVMs on one database and one Redis, and a check of everything they read.
 *
 * <p>What is checked are {@linkplain io.github.hibernateredis.integration.consistency.History registers}: the number of a
 * row, the parent of a child, the code of an account. Triggers in the database note every value that a register takes, in
 * the order of its row's locks, which is the order of the commits; the workers note when their commits returned and what
 * they read. So nothing that is believed about the order of events comes from the cache, and nothing of the workload has to
 * be written so that it can be checked.
 */
@NullMarked
package io.github.hibernateredis.integration.consistency;

import org.jspecify.annotations.NullMarked;
