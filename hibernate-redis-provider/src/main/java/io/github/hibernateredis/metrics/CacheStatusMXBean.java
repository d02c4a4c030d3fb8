package io.github.hibernateredis.metrics;

import io.github.hibernateredis.CacheStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CacheStatus} as JMX shows it.
 *
 * @since 0.1.0
 */
public interface CacheStatusMXBean {

    /** {@link CacheStatus#availability()} */
    String getAvailability();

    /** {@link CacheStatus#since()}, in ISO-8601. */
    String getSince();

    /** {@link CacheStatus#reason()} */
    @Nullable
    String getReason();

    /** {@link CacheStatus#breaker()} */
    String getBreaker();

    /** {@link CacheStatus#keyPrefix()} */
    String getKeyPrefix();

    /** The names of all regions. */
    List<String> getRegions();

    /** {@link CacheStatus#bypassedRegions()} */
    List<String> getBypassedRegions();

    /** What is pending, with the reason. */
    Map<String, String> getPendingInvalidations();

    /** Entries that were found and used, since the start. */
    long getHits();

    /** Lookups that used no entry, by reason, since the start. */
    Map<String, Long> getMisses();

    /** What became of values, since the start. */
    Map<String, Long> getPuts();

    /** Requests to Redis by how they ended, since the start. */
    Map<String, Long> getRequests();
}
