/**
 * What a failure of the shared cache means for the application: a read is a miss, a load is not stored, and an operation
 * takes no longer than its budget.
 *
 * <p>The decorators here have the same contract as what they decorate, but that no future of theirs fails. A write that
 * could not be confirmed leaves its region <em>owed</em>: other nodes may still read from Redis what it was to drop. This
 * node bypasses an owed region at once, and clears it in Redis before it uses it again; the debt is remembered until then.
 */
@NullMarked
package io.github.hibernateredis.resilience;

import org.jspecify.annotations.NullMarked;
