package io.github.hibernateredis.session;

import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.util.Collection;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** What the sessions of a started factory share. Thread safe. */
public interface SessionEnvironment {

    /** Where transactions are begun and ended; neither ever fails. */
    Stores stores();

    /** The ids of this instance's locks. */
    LockIds ids();

    /** A third of the lease of a lock: one that is older is renewed before the commit, {@link System#nanoTime()} units. */
    long renewalAgeNanos();

    /** The table stamps, or null if queries are not cached. */
    @Nullable
    TableStamps tables();

    /** Whether nothing may be written to tables that could not be marked. */
    boolean mustMarkTables();

    /** Sessions that may have something to send, though the transaction that it belongs to is over. */
    Collection<Participant> unfinished();

    /** The sessions that are writing. */
    Writers writers();

    /** The sessions whose table updates the heartbeat renews. */
    Collection<Participant> marking();

    /**
     * Whether the transactions of that session read repeatably, by REPEATABLE_READ isolation or a higher one. May ask its
     * connection.
     */
    boolean readsRepeatably(SharedSessionContractImplementor session);

    /** Whether what that session loads has been committed, as it is above READ_UNCOMMITTED. May ask its connection. */
    boolean readsCommitted(SharedSessionContractImplementor session);
}
