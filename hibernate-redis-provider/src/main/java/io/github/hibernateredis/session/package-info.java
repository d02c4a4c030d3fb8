/**
 * The state that a session keeps for the cache between the ORM's calls: when it opened, which locks it holds, which
 * tables it writes, and which requests follow its commit.
 *
 * <p>The ORM holds a {@link io.github.hibernateredis.session.SessionContext} as the session's cache synchronization.
 * Each of its parts has one job: {@code ItemLocks} and {@code TableUpdates} hold what is locked and marked,
 * {@code LockSender} sends it, {@code AfterCommitQueue} sends what follows the commit, and {@code LoadPolicy} decides
 * whether a loaded value may be cached.
 */
@NullMarked
package io.github.hibernateredis.session;

import org.jspecify.annotations.NullMarked;
