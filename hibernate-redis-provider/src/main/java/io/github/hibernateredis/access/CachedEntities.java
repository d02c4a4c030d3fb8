package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.readahead.ReadAheadSource;
import io.github.hibernateredis.session.SessionContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;

/** The cached entities of a hierarchy, as needed by code that reads references to them. */
interface CachedEntities {

    EntryKey key(Object id, EntityPersister persister, SharedSessionContractImplementor session);

    /** The source for reading such entities ahead in the session. */
    ReadAheadSource source(SessionContext context);
}
