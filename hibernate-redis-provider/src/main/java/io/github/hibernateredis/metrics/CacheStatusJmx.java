package io.github.hibernateredis.metrics;

import io.github.hibernateredis.CacheStatus;
import io.github.hibernateredis.RedisRegionFactory;
import io.github.hibernateredis.events.RequestOutcome;
import jakarta.persistence.EntityManagerFactory;
import java.lang.management.ManagementFactory;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.jspecify.annotations.Nullable;

/**
 * Publishes the {@link CacheStatus} of a session factory as the MBean
 * {@code io.github.hibernateredis:type=CacheStatus,name="..."}. The constructor registers the MBean, and
 * {@link #close()} removes it. Thread safe.
 *
 * @since 0.1.0
 */
public final class CacheStatusJmx implements CacheStatusMXBean, AutoCloseable {

    private final RedisRegionFactory regionFactory;
    private final MBeanServer server;
    private final ObjectName objectName;

    /**
     * @param factory a session factory whose cache is in Redis
     * @param name the name of the MBean
     * @throws IllegalArgumentException if the session factory has no second-level cache, or another one
     * @throws IllegalStateException if the MBean cannot be registered, for instance because the name is in use
     */
    public CacheStatusJmx(EntityManagerFactory factory, String name) {
        this.regionFactory = RedisRegionFactory.of(factory)
                .orElseThrow(() -> new IllegalArgumentException("The session factory does not cache in Redis"));
        this.server = ManagementFactory.getPlatformMBeanServer();
        try {
            this.objectName = objectName(name);
            server.registerMBean(this, objectName);
        } catch (JMException e) {
            throw new IllegalStateException("The MBean of the cache of " + name + " cannot be registered", e);
        }
    }

    /** The object name of the MBean of that name. */
    static ObjectName objectName(String name) throws JMException {
        return new ObjectName("io.github.hibernateredis:type=CacheStatus,name=" + ObjectName.quote(name));
    }

    /** Removes the MBean. */
    @Override
    public void close() {
        try {
            server.unregisterMBean(objectName);
        } catch (InstanceNotFoundException removed) {
            // Another thread has removed it: nothing is left to do.
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }

    private CacheStatus status() {
        return regionFactory.status();
    }

    @Override
    public String getAvailability() {
        return status().availability().name();
    }

    @Override
    public String getSince() {
        return status().since().toString();
    }

    @Override
    public @Nullable String getReason() {
        return status().reason();
    }

    @Override
    public String getBreaker() {
        return status().breaker().name();
    }

    @Override
    public String getKeyPrefix() {
        return status().keyPrefix();
    }

    @Override
    public List<String> getRegions() {
        return status().regions().stream().map(CacheStatus.Region::name).toList();
    }

    @Override
    public List<String> getBypassedRegions() {
        return status().bypassedRegions();
    }

    @Override
    public Map<String, String> getPendingInvalidations() {
        Map<String, String> pending = new TreeMap<>();
        status().pendingInvalidations()
                .forEach(invalidation ->
                        pending.put(invalidation.owner(), invalidation.operation() + ": " + invalidation.reason()));
        return pending;
    }

    @Override
    public long getHits() {
        return status().counters().total().hits();
    }

    @Override
    public Map<String, Long> getMisses() {
        return byName(status().counters().total().misses());
    }

    @Override
    public Map<String, Long> getPuts() {
        return byName(status().counters().total().puts());
    }

    @Override
    public Map<String, Long> getRequests() {
        Map<RequestOutcome, Long> requests = new EnumMap<>(RequestOutcome.class);
        status().counters()
                .requests()
                .values()
                .forEach(outcomes -> outcomes.forEach((outcome, count) -> requests.merge(outcome, count, Long::sum)));
        return byName(requests);
    }

    private static Map<String, Long> byName(Map<? extends Enum<?>, Long> counts) {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((constant, count) -> named.put(constant.name(), count));
        return named;
    }
}
