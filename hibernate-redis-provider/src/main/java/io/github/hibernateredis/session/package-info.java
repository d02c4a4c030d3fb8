/**
 * What a session has to remember for the cache between the ORM's calls: when it opened, which locks it holds, which tables it
 * writes, and what follows its commit.
 *
 * <p>The ORM keeps a {@link io.github.hibernateredis.session.SessionContext} as the session's cache synchronization. Each of
 * its parts has one job: {@code ItemLocks} and {@code TableUpdates} know what is locked and marked, {@code LockSender} when that
 * goes out, {@code AfterCommitQueue} what follows the commit, {@code LoadPolicy} whether a load may be cached.
 */
@NullMarked
package io.github.hibernateredis.session;

import org.jspecify.annotations.NullMarked;
