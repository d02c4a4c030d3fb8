/**
 * The ORM's access to a region: the access strategies, and the session's part of the soft-lock protocol.
 *
 * <p>Three adapters implement the ORM's interfaces for entities, natural ids and collections; the
 * {@link io.github.hibernateredis.access.Strategy strategies} behind them do not distinguish these. The state that a
 * session keeps between the calls, such as its opening time and its locks, is in its
 * {@link io.github.hibernateredis.session.SessionContext}, which the ORM holds as the session's cache synchronization.
 *
 * <p>{@code docs/consistency.md} describes the order of the ORM's calls that this package relies on.
 */
@NullMarked
package io.github.hibernateredis.access;

import org.jspecify.annotations.NullMarked;
