package io.github.hibernateredis;

import io.github.hibernateredis.access.CachingLoadEventListener;
import io.github.hibernateredis.access.InsertListener;
import io.github.hibernateredis.access.RedisEntityDataAccess;
import io.github.hibernateredis.events.LogMessage;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.engine.spi.SessionFactoryImplementor;
import org.hibernate.event.internal.DefaultLoadEventListener;
import org.hibernate.event.service.spi.EventListenerRegistry;
import org.hibernate.event.spi.EventType;
import org.hibernate.event.spi.LoadEventListener;

/** Installs load listeners into a session factory, if one of its regions needs them. */
final class LoadListeners {

    private LoadListeners() {}

    static void addWhereNeeded(SessionFactoryImplementor sessionFactory) {
        List<String> hearingLoads = new ArrayList<>();
        List<String> remembering = new ArrayList<>();
        sessionFactory.getMappingMetamodel().forEachEntityDescriptor(entity -> {
            if (entity.getCacheAccessStrategy() instanceof RedisEntityDataAccess access && access.needsLoads()) {
                hearingLoads.add(entity.getEntityName());
                if (access.remembersAbsentRows()) {
                    remembering.add(entity.getEntityName());
                }
            }
        });
        EventListenerRegistry registry = sessionFactory.getEventEngine().getListenerRegistry();
        if (!remembering.isEmpty()) {
            registry.appendListeners(EventType.POST_INSERT, new InsertListener());
        }
        if (!hearingLoads.isEmpty() && !replaceLoadListener(registry) && !remembering.isEmpty()) {
            LogMessage.ABSENT_ROWS_NOT_HEARD.log(String.join(", ", remembering));
        }
    }

    /**
     * Keeps all other listeners, and their order. If the application has replaced the default listener, nothing
     * changes.
     */
    @SuppressWarnings("deprecation") // no other method returns all listeners
    private static boolean replaceLoadListener(EventListenerRegistry registry) {
        List<LoadEventListener> listeners = new ArrayList<>();
        boolean found = false;
        for (LoadEventListener listener :
                registry.getEventListenerGroup(EventType.LOAD).listeners()) {
            boolean stock = listener.getClass() == DefaultLoadEventListener.class;
            found |= stock;
            listeners.add(stock ? new CachingLoadEventListener() : listener);
        }
        if (found) {
            registry.setListeners(EventType.LOAD, listeners.toArray(LoadEventListener[]::new));
        }
        return found;
    }
}
