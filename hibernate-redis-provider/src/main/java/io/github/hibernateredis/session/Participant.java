package io.github.hibernateredis.session;

import io.github.hibernateredis.store.TableUpdate;
import org.jspecify.annotations.Nullable;

/** A session as other parts of the instance see it. Thread safe. */
public interface Participant {

    /** Whether it was closed, possibly before the end of its transaction. */
    boolean isClosed();

    /** Whether it has ended, and the ORM will not report the end of its transaction. */
    boolean isAbandoned();

    /**
     * The update marker whose lease must be renewed; null if there is none, or if the session is abandoned.
     *
     * @param ageNanos younger markers need no renewal
     */
    @Nullable
    TableUpdate renewableUpdate(long ageNanos);

    /**
     * Sends the requests that follow a transaction and have not been sent, because its completion may have failed
     * midway.
     */
    void sendUnfinished();
}
