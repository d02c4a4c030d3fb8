package io.github.hibernateredis.access;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import org.hibernate.engine.spi.SharedSessionContractImplementor;
import org.hibernate.event.spi.PostInsertEvent;
import org.hibernate.event.spi.PostInsertEventListener;
import org.hibernate.persister.entity.EntityPersister;

/**
 * Sees each insert before it is committed, for regions that remember absent rows. The ORM (6.6 to 8.0) does not report
 * to the cache rows whose identifiers the database generates, nor rows under {@code CacheMode.IGNORE}. Thread safe.
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

    /** Creates a listener for one session factory. */
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
