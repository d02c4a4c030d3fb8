package io.github.hibernateredis.session;

import io.github.hibernateredis.store.Stamp;
import java.util.function.Predicate;

/** A query result that a session has found and that is outdated. For the session's own thread. */
public interface OutdatedResult {

    /**
     * Waits for the result that another session loads, if one does, and puts its rows in the place of the outdated
     * ones.
     *
     * @param isCurrent whether a result with that stamp is current
     * @return false if the session has to run the query
     */
    boolean awaitNewer(Predicate<Stamp> isCurrent);
}
