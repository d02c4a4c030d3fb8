package io.github.hibernateredis.session;

import io.github.hibernateredis.store.TableUpdate;
import org.jspecify.annotations.Nullable;

/** A session as the rest of the instance sees it. Thread safe. */
public interface Participant {

    /** Whether it was closed, maybe before its transaction was over. */
    boolean isClosed();

    /** Whether it has ended and will not hear of the end of its transaction. */
    boolean isAbandoned();

    /** The tables' marker whose lease is to be renewed; null if there is none, or if the session is abandoned. */
    @Nullable
    TableUpdate renewableUpdate();

    /** Sends what is to follow a transaction and has not been sent: its completion may have broken off. */
    void sendUnfinished();
}
