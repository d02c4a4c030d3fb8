/**
 * How the ORM may use a region: the access strategies, and the session's side of the soft-lock protocol.
 *
 * <p>Three adapters speak the ORM's interfaces for entities, natural ids and collections; the three
 * {@link io.github.hibernateredis.access.Strategy strategies} behind them know nothing of that difference. What a session
 * has to remember between the calls, when it opened and which locks it holds, is in its
 * {@link io.github.hibernateredis.session.SessionContext}, which the ORM keeps for us as the session's cache
 * synchronization.
 *
 * <p>The order of the ORM's calls that this package relies on is written down in {@code docs/consistency.md}.
 */
@NullMarked
package io.github.hibernateredis.access;

import org.jspecify.annotations.NullMarked;
