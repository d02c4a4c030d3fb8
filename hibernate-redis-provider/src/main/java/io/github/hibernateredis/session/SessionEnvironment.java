package io.github.hibernateredis.session;

import io.github.hibernateredis.store.Stores;
import io.github.hibernateredis.store.TableStamps;
import java.util.Collection;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.jspecify.annotations.Nullable;

/** The objects that the sessions of a started factory share. Thread safe. */
public interface SessionEnvironment {

    /** The stores where transactions begin and end; neither call fails. */
    Stores stores();

    /** Creates the ids of this instance's locks. */
    LockIds ids();

    /** A third of the lease of a lock, in nanoseconds: an older lock is renewed before the commit. */
    long renewalAgeNanos();

    /** The table stamps; null if queries are not cached. */
    @Nullable
    TableStamps tables();

    /** Whether tables that could not be marked must not be written. */
    boolean mustMarkTables();

    /** Sessions that may have unsent requests after the end of their transaction. */
    Collection<Participant> unfinished();

    /** The sessions that are writing. */
    Writers writers();

    /** The sessions whose update markers the heartbeat renews. */
    Collection<Participant> marking();

    /**
     * Whether that session's reads are repeatable, because its isolation level is REPEATABLE_READ or higher. May ask
     * its connection.
     */
    boolean readsRepeatably(SharedSessionContractImplementor session);

    /**
     * Whether that session reads only committed data, because its isolation level is above READ_UNCOMMITTED. May ask
     * its connection.
     */
    boolean readsCommitted(SharedSessionContractImplementor session);
}
