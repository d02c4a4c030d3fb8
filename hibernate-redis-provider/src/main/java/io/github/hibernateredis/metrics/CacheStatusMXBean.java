package io.github.hibernateredis.metrics;

import io.github.hibernateredis.CacheStatus;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A {@link CacheStatus} in the form that JMX shows.
 *
 * @since 0.1.0
 */
public interface CacheStatusMXBean {

    /** The {@link CacheStatus#availability()}. */
    String getAvailability();

    /** The {@link CacheStatus#since()}, in ISO-8601. */
    String getSince();

    /** The {@link CacheStatus#reason()}. */
    @Nullable
    String getReason();

    /** The {@link CacheStatus#breaker()}. */
    String getBreaker();

    /** The {@link CacheStatus#keyPrefix()}. */
    String getKeyPrefix();

    /** The names of all regions. */
    List<String> getRegions();

    /** The {@link CacheStatus#bypassedRegions()}. */
    List<String> getBypassedRegions();

    /** The pending invalidations: the reason of each, by owner. */
    Map<String, String> getPendingInvalidations();

    /** Entries that were found and used, since the start. */
    long getHits();

    /** Lookups without a usable entry, by reason, since the start. */
    Map<String, Long> getMisses();

    /** Loaded or written values, by what happened to them, since the start. */
    Map<String, Long> getPuts();

    /** Requests to Redis by outcome, since the start. */
    Map<String, Long> getRequests();
}
