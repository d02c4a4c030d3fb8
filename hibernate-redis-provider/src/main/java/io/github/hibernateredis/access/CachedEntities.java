package io.github.hibernateredis.access;

import io.github.hibernateredis.codec.EntryKey;
import io.github.hibernateredis.readahead.ReadAheadSource;
import io.github.hibernateredis.session.SessionContext;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.persister.entity.EntityPersister;

/** The cached entities of a hierarchy, as those see them who refer to one. */
interface CachedEntities {

    EntryKey key(Object id, EntityPersister persister, SharedSessionContractImplementor session);

    /** Where what the session wants of them is read ahead. */
    ReadAheadSource source(SessionContext context);
}
