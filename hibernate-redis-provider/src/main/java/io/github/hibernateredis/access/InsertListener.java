package io.github.hibernateredis.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Hears of each insert before it is committed, for regions that remember absent rows: the ORM (6.6 to 8.0) does not tell the cache of
 * rows whose identifiers the database makes, nor of any under {@code CacheMode.IGNORE}. Thread safe.
 */
public final class InsertListener implements PostInsertEventListener {

    private static final long serialVersionUID = 1L;

    /** Returns an {@code EventSource} in 6.6, and its supertype from 7.0 on. */
    private static final MethodHandle SESSION;

    static {
        try {
            SESSION = MethodHandles.publicLookup().unreflect(PostInsertEvent.class.getMethod("getSession"));
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One for each session factory. */
    public InsertListener() {}

    @Override
    public void onPostInsert(PostInsertEvent event) {
        if (event.getPersister().getCacheAccessStrategy() instanceof RedisEntityDataAccess access
                && session(event) instanceof SharedSessionContractImplementor session) {
            access.inserted(session, event.getId(), event.getPersister());
        }
    }

    /** Null for a stateless session of 6.6. */
    private static Object session(PostInsertEvent event) {
        try {
            return SESSION.invoke(event);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public boolean requiresPostCommitHandling(EntityPersister persister) {
        return false;
    }
}
